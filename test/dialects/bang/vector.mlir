// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

!f = memref<?xf32, #bang.space<nram>>
!h = memref<?xf16, #bang.space<nram>>
!i = memref<?xi32, #bang.space<nram>>

// CHECK-LABEL: func.func @elementwise
func.func @elementwise(%f: !f, %v: f32, %n: i32) {
  // CHECK: bang.unary<active_gelu> %{{.*}}, %{{.*}}, %{{.*}} :
  bang.unary<active_gelu> %f, %f, %n : !f, !f
  // CHECK: bang.binary<add> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.binary<add> %f, %f, %f, %n : !f, !f, !f
  // CHECK: bang.binary_scalar<maxequal> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : {{.*}}, f32
  bang.binary_scalar<maxequal> %f, %f, %v, %n : !f, !f, f32
  // CHECK: bang.cycle<mul> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.cycle<mul> %f, %f, %f, %n, %n : !f, !f, !f
  // CHECK: bang.fusion<fma> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : {{.*}}, f32, f32
  bang.fusion<fma> %f, %f, %v, %v, %n : !f, !f, f32, f32
  // CHECK: bang.fusion<fms> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.fusion<fms> %f, %f, %f, %v, %n, %n : !f, !f, !f, f32
  return
}

// CHECK-LABEL: func.func @reductions
func.func @reductions(%f: !f, %n: i32) {
  // CHECK: bang.reduce_sum %{{.*}}, %{{.*}}, %{{.*}} :
  bang.reduce_sum %f, %f, %n : !f, !f
  // CHECK: bang.sum %{{.*}}, %{{.*}} : memref<?xf32, #bang.space<nram>> -> f32
  %0 = bang.sum %f, %n : !f -> f32
  // CHECK: bang.arg<max> %{{.*}}, %{{.*}}, %{{.*}} :
  bang.arg<max> %f, %f, %n : !f, !f
  // CHECK: bang.count %{{.*}}, %{{.*}} : {{.*}} -> i32
  %1 = bang.count %f, %n : !f -> i32
  return
}

// CHECK-LABEL: func.func @moves
func.func @moves(%f: !f, %h: !h, %i: !i, %n: i32) {
  // CHECK: bang.convert<rn> %{{.*}}, %{{.*}}, %{{.*}} : memref<?xf16, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>
  bang.convert<rn> %h, %f, %n : !h, !f
  // CHECK: bang.convert<tz> %{{.*}}, %{{.*}}, %{{.*}} fix_position %{{.*}} :
  bang.convert<tz> %i, %f, %n fix_position %n : !i, !f
  // CHECK: bang.select %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.select %f, %f, %f, %n : !f, !f, !f
  // CHECK: bang.filter %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : {{.*}} -> i32
  %0 = bang.filter %f, %f, %f, %n : !f, !f, !f -> i32
  // CHECK: bang.maskmove %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.maskmove %f, %f, %i, %n : !f, !f, !i
  // CHECK: bang.lut %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.lut %f, %i, %f, %n, %n : !f, !i, !f
  return
}
