// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-distribute)' | %FileCheck %s

// A loop and one inside it are both to be split: the inner one first, so that it is there when its turn comes.
func.func @rows(%x: memref<?xf32>, %y: memref<?xf32>, %z: memref<?xf32>, %n: index) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %v = arith.constant 1.0 : f32
  scf.forall (%b) in (%n) {
    %first = arith.cmpi slt, %b, %c1 : index
    scf.if %first {
      memref.store %v, %z[%b] : memref<?xf32>
    }
    scf.forall (%t) in (%n) {
      %low = arith.cmpi slt, %t, %c2 : index
      scf.if %low {
        memref.store %v, %x[%t] : memref<?xf32>
      }
      memref.store %v, %y[%t] : memref<?xf32>
    }
  }
  return
}
// CHECK-LABEL: func.func @rows
// CHECK: scf.forall
// CHECK: memref.store %{{.*}}, %arg2
// CHECK: scf.forall
// CHECK: scf.forall
// CHECK: memref.store %{{.*}}, %arg0
// CHECK: scf.forall
// CHECK: memref.store %{{.*}}, %arg1
