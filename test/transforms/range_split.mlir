// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(range-split,canonicalize,cse)' | %FileCheck %s

// Two arrays side by side.
// CHECK-LABEL: func.func @sides
// CHECK: scf.forall (%[[I:.+]]) in
// CHECK-NEXT: memref.load %arg0[%[[I]]]
// CHECK: scf.forall (%[[J:.+]]) in
// CHECK: memref.load %arg1[%{{.+}}]
// CHECK-NOT: scf.if
func.func @sides(%a: memref<?xf32>, %b: memref<?xf32>, %t: memref<?xf32>, %n: index, %m: index) {
  %all = arith.addi %n, %m : index
  scf.forall (%i) in (%all) {
    %left = arith.cmpi slt, %i, %n : index
    scf.if %left {
      %x = memref.load %a[%i] : memref<?xf32>
      memref.store %x, %t[%i] : memref<?xf32>
    } else {
      %j = arith.subi %i, %n : index
      %y = memref.load %b[%j] : memref<?xf32>
      memref.store %y, %t[%i] : memref<?xf32>
    }
  }
  return
}

// -----

// A number that is data of the iteration ends no range.
// CHECK-LABEL: func.func @data
// CHECK: scf.if
func.func @data(%ends: memref<?xindex>, %t: memref<?xf32>, %n: index) {
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  scf.forall (%i) in (%n) {
    %end = memref.load %ends[%i] : memref<?xindex>
    %below = arith.cmpi slt, %i, %end : index
    scf.if %below {
      memref.store %one, %t[%i] : memref<?xf32>
    } else {
      memref.store %two, %t[%i] : memref<?xf32>
    }
  }
  return
}
