// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-interchange,scalar-forward,dead-store,canonicalize,cse)' | %FileCheck %s

// A window that leaves out what lies beside the image: the channels move out of it, and each has a sum of its own.
// CHECK-LABEL: func.func @window
// CHECK: memref.store %{{.+}}, %alloca
// CHECK: scf.forall
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: scf.if {{.*}} -> (f32)
// CHECK: else
// CHECK-NEXT: scf.yield %{{.+}} : f32
// CHECK: memref.store %{{.+}}, %alloca
// CHECK-NOT: memref.store %{{.+}}, %alloca
func.func @window(%x: memref<?x64xf32>, %y: memref<64xf32>, %n: index, %first: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %acc = memref.alloca() : memref<64xf32>
  scf.forall (%j) in (64) {
    memref.store %z, %acc[%j] : memref<64xf32>
  }
  scf.for %k = %c0 to %n step %c1 {
    %row = arith.subi %k, %first : index
    %in = arith.cmpi sge, %row, %c0 : index
    scf.if %in {
      scf.forall (%j) in (64) {
        %v = memref.load %x[%row, %j] : memref<?x64xf32>
        %a = memref.load %acc[%j] : memref<64xf32>
        %s = arith.addf %a, %v : f32
        memref.store %s, %acc[%j] : memref<64xf32>
      }
    }
  }
  scf.forall (%j) in (64) {
    %a = memref.load %acc[%j] : memref<64xf32>
    memref.store %a, %y[%j] : memref<64xf32>
  }
  return
}

// -----

// What the condition asks is written by the loop; and elements that others see are not stored where no branch was taken.
// CHECK-LABEL: func.func @asked
// CHECK: scf.for
// CHECK: scf.if
// CHECK: scf.forall
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %{{.+}} {
// CHECK: scf.if %{{.+}} {
func.func @asked(%x: memref<?x64xf32>, %y: memref<64xf32>, %q: memref<?xi1>, %n: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %k = %c0 to %n step %c1 {
    %a = memref.load %y[%c0] : memref<64xf32>
    %in = arith.cmpf ogt, %a, %z : f32
    scf.if %in {
      scf.forall (%j) in (64) {
        %v = memref.load %x[%k, %j] : memref<?x64xf32>
        memref.store %v, %y[%j] : memref<64xf32>
      }
    }
  }
  scf.for %k = %c0 to %n step %c1 {
    %in = memref.load %q[%k] : memref<?xi1>
    scf.if %in {
      %v = memref.load %x[%c0, %c1] : memref<?x64xf32>
      %w = arith.addf %v, %z : f32
      memref.store %w, %x[%c0, %c1] : memref<?x64xf32>
    }
  }
  return
}
