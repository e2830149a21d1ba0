// RUN: %xpiler-opt %s --split-input-file --verify-diagnostics

func.func @shuffle_c1(%v: vector<2xf32>, %lane: i32, %width: i32) {
  // expected-error @+1 {{expected a scalar value}}
  %0 = cuda.shuffle<xor> %v, %lane, %width : vector<2xf32>
  return
}
// -----
func.func @shuffle_c2(%v: f32, %lane: i32) {
  %width = arith.constant 24 : i32
  // expected-error @+1 {{expected a width that is a power of two}}
  %0 = cuda.shuffle<xor> %v, %lane, %width : f32
  return
}
// -----
func.func @vote_c1(%p: i1) {
  // expected-error @+1 {{expected a result of type i32}}
  %0 = cuda.vote<ballot> %p : i64
  return
}
// -----
func.func @atomic_c1(%A: memref<?xf32>, %v: i32, %i: index) {
  // expected-error @+1 {{expected a value of the element type, 'f32', got 'i32'}}
  %0 = cuda.atomic<add> %v, %A[%i] : i32, memref<?xf32>
  return
}
// -----
func.func @atomic_c2(%A: memref<?x?xf32>, %v: f32, %i: index) {
  // expected-error @+1 {{expected 2 indices, got 1}}
  %0 = cuda.atomic<add> %v, %A[%i] : f32, memref<?x?xf32>
  return
}
// -----
func.func @dynamic_shared_c1() {
  // expected-error @+1 {{expected memref<?xi8, shared>}}
  %0 = cuda.dynamic_shared : memref<?xi8>
  return
}
// -----
// expected-error @+1 {{no matrix unit has fragments of shape 16x16x15 and type 'f16'}}
func.func private @fragment_c1(!cuda.fragment<a, 16x16x15, f16, row>)
// -----
// expected-error @+1 {{operands have a layout, accumulators have none}}
func.func private @fragment_c3(!cuda.fragment<acc, 16x16x16, f32, row>)
// -----
func.func @fill_c1(%x: f16) {
  // expected-error @+1 {{expected a value of type 'f32'}}
  %c = cuda.fragment_fill %x : f16 -> !cuda.fragment<acc, 16x16x16, f32>
  return
}
// -----
func.func @fragment_load_c1(%C: memref<?xf32>, %i: index, %ld: i32) {
  // expected-error @+1 {{expected a layout for an accumulator}}
  %c = cuda.fragment_load %C[%i], %ld : memref<?xf32> -> !cuda.fragment<acc, 16x16x16, f32>
  return
}
// -----
func.func @fragment_access_c1(%A: memref<?xf32>, %i: index, %ld: i32) {
  // expected-error @+1 {{expected a buffer of 'f16'}}
  %a = cuda.fragment_load %A[%i], %ld : memref<?xf32> -> !cuda.fragment<a, 16x16x16, f16, row>
  return
}
// -----
func.func @fragment_store_c1(%f: !cuda.fragment<a, 16x16x16, f16, row>, %A: memref<?xf16>, %i: index, %ld: i32) {
  // expected-error @+1 {{expected an accumulator}}
  cuda.fragment_store %f, %A[%i], %ld row : !cuda.fragment<a, 16x16x16, f16, row>, memref<?xf16>
  return
}
// -----
func.func @mma_c1(%a: !cuda.fragment<a, 16x16x16, f16, row>, %c: !cuda.fragment<acc, 16x16x16, f32>) {
  // expected-error @+1 {{expected fragments a, b and acc}}
  %d = cuda.fragment_mma %a, %a, %c : !cuda.fragment<a, 16x16x16, f16, row>, !cuda.fragment<a, 16x16x16, f16, row>, !cuda.fragment<acc, 16x16x16, f32>
  return
}
// -----
func.func @mma_c2(%a: !cuda.fragment<a, 16x16x16, f16, row>, %b: !cuda.fragment<b, 8x32x16, f16, row>, %c: !cuda.fragment<acc, 16x16x16, f32>) {
  // expected-error @+1 {{expected fragments of one shape}}
  %d = cuda.fragment_mma %a, %b, %c : !cuda.fragment<a, 16x16x16, f16, row>, !cuda.fragment<b, 8x32x16, f16, row>, !cuda.fragment<acc, 16x16x16, f32>
  return
}
// -----
func.func @fragment_element_c1(%c: !cuda.fragment<acc, 16x16x16, f32>, %i: index) {
  // expected-error @+1 {{expected an element of type 'f32', got 'f16'}}
  %e = cuda.fragment_get %c[%i] : !cuda.fragment<acc, 16x16x16, f32> -> f16
  return
}
// -----
func.func @fragment_size_c1() {
  // expected-error @+1 {{expected a fragment type}}
  %n = cuda.fragment_size f32 : i32
  return
}
