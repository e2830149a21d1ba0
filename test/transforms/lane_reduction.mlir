// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(lane-reduction,dead-store,canonicalize,cse)' | %FileCheck %s

// Shuffles downwards leave the sum in lane 0 alone; only lane 0 is stored, so it is the sum.
// CHECK-LABEL: func.func @down
// CHECK: scf.for %{{.+}} = %{{.+}} to %c4 step
// CHECK: arith.addf
// CHECK-NOT: arith.cmpi ult
// CHECK: memref.store
func.func @down(%in: memref<4xf32>, %out: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %v = memref.alloca() : memref<4xf32>
  %w = memref.alloca() : memref<4xf32>
  scf.forall (%t) in (4) {
    %x = memref.load %in[%t] : memref<4xf32>
    memref.store %x, %v[%t] : memref<4xf32>
  }
  scf.forall (%t) in (4) {
    %s = arith.addi %t, %c2 : index
    %ok = arith.cmpi ult, %s, %c4 : index
    %from = arith.select %ok, %s, %t : index
    %x = memref.load %v[%t] : memref<4xf32>
    %y = memref.load %v[%from] : memref<4xf32>
    %z = arith.addf %x, %y : f32
    memref.store %z, %w[%t] : memref<4xf32>
  }
  scf.forall (%t) in (4) {
    %s = arith.addi %t, %c1 : index
    %ok = arith.cmpi ult, %s, %c4 : index
    %from = arith.select %ok, %s, %t : index
    %x = memref.load %w[%t] : memref<4xf32>
    %y = memref.load %w[%from] : memref<4xf32>
    %z = arith.addf %x, %y : f32
    %first = arith.cmpi eq, %t, %c0 : index
    scf.if %first {
      memref.store %z, %out[%c0] : memref<?xf32>
    }
  }
  return
}

// -----

// Lane 1 takes lane 2's value twice: a sum with repetition is left as it is.
// CHECK-LABEL: func.func @twice
// CHECK-NOT: scf.for %
func.func @twice(%in: memref<4xf32>, %out: memref<?xf32>) {
  %c3 = arith.constant 3 : index
  %v = memref.alloca() : memref<4xf32>
  scf.forall (%t) in (4) {
    %x = memref.load %in[%t] : memref<4xf32>
    memref.store %x, %v[%t] : memref<4xf32>
  }
  scf.forall (%t) in (4) {
    %x = memref.load %v[%c3] : memref<4xf32>
    %y = memref.load %v[%t] : memref<4xf32>
    %z = arith.addf %x, %y : f32
    %u = arith.addf %z, %y : f32
    memref.store %u, %out[%t] : memref<?xf32>
  }
  return
}
