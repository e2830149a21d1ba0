// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(lane-roll,canonicalize,cse)' | %FileCheck %s

// CHECK-LABEL: func.func @pair
// CHECK: scf.forall (%{{.+}}) in (2)
// CHECK-COUNT-1: memref.store
// CHECK-NOT: memref.store
func.func @pair(%a: memref<?xf32>, %t: memref<?xf32>, %i: index) {
  %c1 = arith.constant 1 : index
  %i1 = arith.addi %i, %c1 : index
  %x0 = memref.load %a[%i] : memref<?xf32>
  %x1 = memref.load %a[%i1] : memref<?xf32>
  %y0 = math.exp %x0 : f32
  %y1 = math.exp %x1 : f32
  memref.store %y0, %t[%i] : memref<?xf32>
  memref.store %y1, %t[%i1] : memref<?xf32>
  return
}

// -----

// In place, the second load would see the first store.
// CHECK-LABEL: func.func @shift
// CHECK-NOT: scf.forall
func.func @shift(%a: memref<?xf32>, %i: index) {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %i1 = arith.addi %i, %c1 : index
  %i2 = arith.addi %i, %c2 : index
  %x0 = memref.load %a[%i] : memref<?xf32>
  %x1 = memref.load %a[%i1] : memref<?xf32>
  memref.store %x0, %a[%i1] : memref<?xf32>
  memref.store %x1, %a[%i2] : memref<?xf32>
  return
}

// -----

// Different operations.
// CHECK-LABEL: func.func @different
// CHECK-NOT: scf.forall
func.func @different(%a: memref<?xf32>, %t: memref<?xf32>, %i: index) {
  %c1 = arith.constant 1 : index
  %i1 = arith.addi %i, %c1 : index
  %x0 = memref.load %a[%i] : memref<?xf32>
  %x1 = memref.load %a[%i1] : memref<?xf32>
  %y0 = math.exp %x0 : f32
  %y1 = math.log %x1 : f32
  memref.store %y0, %t[%i] : memref<?xf32>
  memref.store %y1, %t[%i1] : memref<?xf32>
  return
}

// -----

// Rows apart by a run-time number, which may be zero: in sequence.
// CHECK-LABEL: func.func @rows
// CHECK-NOT: scf.forall
// CHECK: scf.for %{{.+}} = %{{.+}} to %c4
// CHECK-COUNT-1: memref.store
// CHECK-NOT: memref.store
func.func @rows(%a: memref<?xf32>, %t: memref<?xf32>, %n: index) {
  %n2 = arith.addi %n, %n : index
  %n3 = arith.addi %n2, %n : index
  %c0 = arith.constant 0 : index
  %x0 = memref.load %a[%c0] : memref<?xf32>
  %x1 = memref.load %a[%n] : memref<?xf32>
  %x2 = memref.load %a[%n2] : memref<?xf32>
  %x3 = memref.load %a[%n3] : memref<?xf32>
  memref.store %x0, %t[%c0] : memref<?xf32>
  memref.store %x1, %t[%n] : memref<?xf32>
  memref.store %x2, %t[%n2] : memref<?xf32>
  memref.store %x3, %t[%n3] : memref<?xf32>
  return
}

// -----

// A private tile whose rows are constants apart is filled in parallel from rows a run-time number apart.
// CHECK-LABEL: func.func @tile
// CHECK: scf.forall (%{{.+}}) in (2)
func.func @tile(%a: memref<?xf32>, %n: index, %i: index) -> f32 {
  %t = memref.alloca() : memref<2x8xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %at = arith.addi %i, %n : index
  %x0 = memref.load %a[%i] : memref<?xf32>
  %x1 = memref.load %a[%at] : memref<?xf32>
  memref.store %x0, %t[%c0, %c0] : memref<2x8xf32>
  memref.store %x1, %t[%c1, %c0] : memref<2x8xf32>
  %y = memref.load %t[%c1, %c0] : memref<2x8xf32>
  return %y : f32
}

// -----

// Two rows of four elements, each from a column: a loop for each row.
// CHECK-LABEL: func.func @rows
// CHECK: scf.forall (%{{.+}}) in (4)
// CHECK: memref.store
// CHECK: scf.forall (%{{.+}}) in (4)
// CHECK: memref.store
// CHECK-NOT: memref.store
func.func @rows(%a: memref<?xf32>, %t: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %x0 = memref.load %a[%c0] : memref<?xf32>
  %x1 = memref.load %a[%c1] : memref<?xf32>
  %x2 = memref.load %a[%c2] : memref<?xf32>
  %x3 = memref.load %a[%c3] : memref<?xf32>
  %x4 = memref.load %a[%c4] : memref<?xf32>
  %x5 = memref.load %a[%c5] : memref<?xf32>
  %x6 = memref.load %a[%c6] : memref<?xf32>
  %x7 = memref.load %a[%c7] : memref<?xf32>
  memref.store %x0, %t[%c0] : memref<?xf32>
  memref.store %x2, %t[%c1] : memref<?xf32>
  memref.store %x4, %t[%c2] : memref<?xf32>
  memref.store %x6, %t[%c3] : memref<?xf32>
  memref.store %x1, %t[%c4] : memref<?xf32>
  memref.store %x3, %t[%c5] : memref<?xf32>
  memref.store %x5, %t[%c6] : memref<?xf32>
  memref.store %x7, %t[%c7] : memref<?xf32>
  return
}
