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

// -----

// Shares of a run-time length, the last of them cut: rows of a matrix, of which only multiples are looked at.
// CHECK-LABEL: func.func @symbolic_shares
// CHECK: scf.forall (%[[ROW:.+]]) in (%{{.+}}) {
// CHECK-NOT: scf.forall
// CHECK: arith.muli %[[ROW]], %c2048
func.func @symbolic_shares(%x: memref<?xf32>, %rows: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %c2048 = arith.constant 2048 : index
  %some = arith.cmpi sge, %rows, %c0 : index
  xpiler.assume %some, "a size is not negative"
  %up = arith.addi %rows, %c15 : index
  %each = arith.floordivsi %up, %c16 : index
  scf.forall (%t) in (16) {
    %start = arith.muli %t, %each : index
    %left = arith.subi %rows, %start : index
    %length = arith.minsi %each, %left : index
    scf.forall (%i) in (%length) {
      %row = arith.addi %start, %i : index
      %at = arith.muli %row, %c2048 : index
      memref.store %v, %x[%at] : memref<?xf32>
    }
  }
  return
}

// -----

// What the four floats of a vector share is read in each of them: rows of an embedding are rows.
// CHECK-LABEL: func.func @rows_by_vectors
// CHECK: scf.forall (%{{.+}}) in (%{{.+}}) {
// CHECK: scf.forall (%[[C:.+]]) in (%{{.+}}) {
// CHECK-NOT: scf.forall
// CHECK: memref.store %{{.+}}, %{{.+}}[%{{.+}}, %[[C]]]
func.func @rows_by_vectors(%ids: memref<?xindex>, %w: memref<?x?xf32>, %t: memref<?x?xf32>, %rows: index, %vectors: index) {
  %c4 = arith.constant 4 : index
  scf.forall (%r) in (%rows) {
    scf.forall (%v) in (%vectors) {
      %id = memref.load %ids[%r] : memref<?xindex>
      %first = arith.muli %v, %c4 : index
      scf.forall (%l) in (4) {
        %c = arith.addi %first, %l : index
        %x = memref.load %w[%id, %c] : memref<?x?xf32>
        memref.store %x, %t[%r, %c] : memref<?x?xf32>
      }
    }
  }
  return
}
