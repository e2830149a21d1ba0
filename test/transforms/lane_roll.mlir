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
