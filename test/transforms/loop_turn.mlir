// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-turn,canonicalize,cse,index-simplify,canonicalize,cse)' | %FileCheck %s

// CHECK-LABEL: func.func @down
// CHECK: scf.forall (%[[I:.+]]) in (8)
// CHECK-NEXT: memref.store %{{.+}}, %{{.+}}[%[[I]]]
func.func @down(%t: memref<8xf32>, %x: f32) {
  %c7 = arith.constant 7 : index
  scf.forall (%i) in (8) {
    %at = arith.subi %c7, %i : index
    memref.store %x, %t[%at] : memref<8xf32>
  }
  return
}

// -----

// One side goes down, the other up: a reversal has no better direction.
// CHECK-LABEL: func.func @reversal
// CHECK: arith.subi
// CHECK: memref.store
func.func @reversal(%a: memref<?xf32>, %t: memref<?xf32>, %n: index) {
  %c1 = arith.constant 1 : index
  %last = arith.subi %n, %c1 : index
  scf.forall (%i) in (%n) {
    %at = arith.subi %last, %i : index
    %x = memref.load %a[%at] : memref<?xf32>
    memref.store %x, %t[%i] : memref<?xf32>
  }
  return
}

// -----

// A loop in sequence keeps its order.
// CHECK-LABEL: func.func @sequence
// CHECK: scf.for
// CHECK: arith.subi
func.func @sequence(%t: memref<8xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  scf.for %i = %c0 to %c8 step %c1 {
    %at = arith.subi %c7, %i : index
    memref.store %x, %t[%at] : memref<8xf32>
  }
  return
}
