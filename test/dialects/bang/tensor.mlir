// RUN: %xpiler-opt %s | %mlir-opt-plugin - | %FileCheck %s

!f = memref<?xf32, #bang.space<nram>>
!w = memref<?xf32, #bang.space<wram>>
!q = memref<?xi8, #bang.space<nram>>
!qw = memref<?xi8, #bang.space<wram>>

// CHECK-LABEL: func.func @images
func.func @images(%f: !f, %v: f32, %n: i32) {
  // CHECK: bang.pool<max> %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.pool<max> %f, %f, %n, %n, %n, %n, %n, %n, %n : !f, !f
  // CHECK: bang.transpose %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} :
  bang.transpose %f, %f, %n, %n : !f, !f
  // CHECK: bang.pad {{.*}}, f32
  bang.pad %f, %f, %n, %n, %n, %n, %n, %n, %n, %v : !f, !f, f32
  return
}

// CHECK-LABEL: func.func @products
func.func @products(%f: !f, %w: !w, %q: !q, %qw: !qw, %n: i32) {
  // CHECK: bang.matmul %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} : memref
  bang.matmul %f, %f, %w, %n, %n, %n : !f, !f, !w
  // CHECK: bang.matmul {{.*}} fix_position %{{.*}} layout kn : memref
  bang.matmul %f, %q, %qw, %n, %n, %n fix_position %n layout kn : !f, !q, !qw
  // CHECK: bang.mlp %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} bias %{{.*}} : memref<?xf32, #bang.space<nram>> : memref
  bang.mlp %f, %f, %w, %n, %n bias %f : !f : !f, !f, !w
  // CHECK: bang.conv {{.*}} dilation %{{.*}}, %{{.*}} : memref
  bang.conv %f, %f, %w, %n, %n, %n, %n, %n, %n, %n, %n dilation %n, %n : !f, !f, !w
  return
}
