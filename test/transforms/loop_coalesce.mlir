// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-coalesce,canonicalize,cse)' | %FileCheck %s

// Threads striding over a row are one loop over the row.
// CHECK-LABEL: func.func @strided
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: scf.forall (%[[I:.+]]) in (%[[N]])
// CHECK-NEXT: memref.store %{{.+}}, %{{.+}}[%[[I]]]
func.func @strided(%a: memref<?xf32>, %n: index, %x: f32) {
  %c128 = arith.constant 128 : index
  %c127 = arith.constant 127 : index
  scf.forall (%t) in (128) {
    %0 = arith.addi %n, %c127 : index
    %1 = arith.subi %0, %t : index
    %trips = arith.floordivsi %1, %c128 : index
    scf.forall (%k) in (%trips) {
      %2 = arith.muli %k, %c128 : index
      %j = arith.addi %2, %t : index
      memref.store %x, %a[%j] : memref<?xf32>
    }
  }
  return
}

// -----

// The stride is not the number of threads: elements are visited twice, or not at all.
// CHECK-LABEL: func.func @overlapping
// CHECK: scf.forall
// CHECK: scf.forall
func.func @overlapping(%a: memref<?xf32>, %n: index, %x: f32) {
  %c100 = arith.constant 100 : index
  %c99 = arith.constant 99 : index
  scf.forall (%t) in (128) {
    %0 = arith.addi %n, %c99 : index
    %1 = arith.subi %0, %t : index
    %trips = arith.floordivsi %1, %c100 : index
    scf.forall (%k) in (%trips) {
      %2 = arith.muli %k, %c100 : index
      %j = arith.addi %2, %t : index
      memref.store %x, %a[%j] : memref<?xf32>
    }
  }
  return
}
