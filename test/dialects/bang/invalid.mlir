// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

!g = memref<?xf32>
!f = memref<?xf32, #bang.space<nram>>
func.func @copy_c1(%g: !g, %f: !f, %n: i32) {
  // expected-error @+1 {{expected the source of gdram2nram in gdram, got nram}}
  bang.memcpy %g, %f, %n <gdram2nram> : !g, !f
  return
}
// -----
!g = memref<?xf32>
func.func @copy_c1(%g: !g, %n: i32) {
  // expected-error @+1 {{expected the destination of gdram2nram in nram, got gdram}}
  bang.memcpy_2d %g, %g, %n, %n, %n, %n <gdram2nram> async : !g, !g
  return
}
// -----
!g = memref<?xf32>
!f = memref<?xf32, #bang.space<nram>>
func.func @size_c1(%g: !g, %f: !f) {
  %n = arith.constant 0 : i32
  // expected-error @+1 {{expected the number of bytes to be positive, got 0}}
  bang.memcpy %f, %g, %n <gdram2nram> : !f, !g
  return
}
// -----
!g = memref<?xf32>
!f = memref<?xf32, #bang.space<nram>>
func.func @buffer_c1(%g: !g, %f: !f, %n: i32) {
  // expected-error @+1 {{expected every buffer in nram, got gdram}}
  bang.binary<add> %f, %f, %g, %n : !f, !f, !g
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
!h = memref<?xf16, #bang.space<nram>>
func.func @same_type_c1(%f: !f, %h: !h, %n: i32) {
  // expected-error @+1 {{expected buffers of one element type, got 'f32' and 'f16'}}
  bang.unary<abs> %f, %h, %n : !f, !h
  return
}
// -----
!i = memref<?xi32, #bang.space<nram>>
func.func @unary_c1(%i: !i, %n: i32) {
  // expected-error @+1 {{no 'active_exp' of 'i32'}}
  bang.unary<active_exp> %i, %i, %n : !i, !i
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @scalar_c1(%f: !f, %v: f16, %n: i32) {
  // expected-error @+1 {{expected a scalar of the element type, got 'f16'}}
  bang.binary_scalar<add> %f, %f, %v, %n : !f, !f, f16
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @cycle_c1(%f: !f) {
  %n = arith.constant 100 : i32
  %seg = arith.constant 64 : i32
  // expected-error @+1 {{expected a count that is a multiple of the segment, got 100 and 64}}
  bang.cycle<add> %f, %f, %f, %n, %seg : !f, !f, !f
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @fusion_c2(%f: !f, %n: i32) {
  // expected-error @+1 {{expected a segment length with buffers, and only then}}
  bang.fusion<fma> %f, %f, %f, %f, %n : !f, !f, !f, !f
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @sum_c1(%f: !f, %n: i32) {
  // expected-error @+1 {{expected a result of the element type, got 'f16'}}
  %0 = bang.sum %f, %n : !f -> f16
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @convert_c1(%f: !f, %n: i32) {
  // expected-error @+1 {{expected two element types, got 'f32' twice}}
  bang.convert<rn> %f, %f, %n : !f, !f
  return
}
// -----
!w = memref<?xf32, #bang.space<wram>>
func.func @fill_c2(%w: !w, %v: f32, %n: i32) {
  // expected-error @+1 {{expected the destination outside WRAM}}
  bang.fill %w, %v, %n : !w, f32
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @fill_c1(%f: !f, %v: i32, %n: i32) {
  // expected-error @+1 {{expected a value of the element type, got 'i32'}}
  bang.fill %f, %v, %n : !f, i32
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @atomic_c1(%f: !f, %v: f32, %n: i32) {
  // expected-error @+1 {{expected the target in gdram, got nram}}
  bang.atomic_reduce<add> %f, %v, %n : !f, f32
  return
}
// -----
!i = memref<?xi8, #bang.space<nram>>
func.func @pool_c1(%i: !i, %n: i32) {
  // expected-error @+1 {{expected an image of floats}}
  bang.pool<max> %i, %i, %n, %n, %n, %n, %n, %n, %n : !i, !i
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @product_c1(%f: !f, %n: i32) {
  // expected-error @+1 {{expected the filter in wram, got nram}}
  bang.matmul %f, %f, %f, %n, %n, %n : !f, !f, !f
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
!h = memref<?xf16, #bang.space<wram>>
func.func @product_c2(%f: !f, %h: !h, %n: i32) {
  // expected-error @+1 {{no product of 'f32' and 'f16'}}
  bang.matmul %f, %f, %h, %n, %n, %n : !f, !f, !h
  return
}
// -----
!i = memref<?xi32, #bang.space<nram>>
!q = memref<?xi8, #bang.space<nram>>
!w = memref<?xi8, #bang.space<wram>>
func.func @product_c3(%i: !i, %q: !q, %w: !w, %n: i32) {
  // expected-error @+1 {{no product of 'i8' and 'i8' gives 'i32'}}
  bang.matmul %i, %q, %w, %n, %n, %n fix_position %n : !i, !q, !w
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
!w = memref<?xf32, #bang.space<wram>>
func.func @product_c4(%f: !f, %w: !w, %n: i32) {
  // expected-error @+1 {{expected no fix_position}}
  bang.mlp %f, %f, %w, %n, %n fix_position %n : !f, !f, !w
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
!h = memref<?xf16, #bang.space<nram>>
func.func @lut_c1(%f: !f, %h: !h, %n: i32) {
  // expected-error @+1 {{expected a table of the destination's element type}}
  bang.lut %f, %f, %h, %n, %n : !f, !f, !h
  return
}
// -----
!f = memref<?xf32, #bang.space<nram>>
func.func @pad_c1(%f: !f, %n: i32) {
  // expected-error @+1 {{expected a value of the element type, got 'i32'}}
  bang.pad %f, %f, %n, %n, %n, %n, %n, %n, %n, %n : !f, !f, i32
  return
}
