// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-concatenate,canonicalize,cse)' | %FileCheck %s

// Rows shared out in blocks, the first ones of which have a row more, are one loop over the rows.
// CHECK-LABEL: func.func @blocks
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: scf.forall (%[[I:.+]]) in (%[[N]])
// CHECK-NEXT: memref.store %{{.+}}, %{{.+}}[%[[I]]]
// CHECK-NOT: scf.forall
func.func @blocks(%a: memref<?xf32>, %n: index, %x: f32) {
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0 : index
  %size = arith.cmpi sge, %n, %zero : index
  xpiler.assume %size, "a size is not negative"
  %each = arith.floordivsi %n, %c16 : index
  %rest = arith.remui %n, %c16 : index
  scf.forall (%t) in (16) {
    %0 = arith.muli %t, %each : index
    %1 = arith.minsi %t, %rest : index
    %first = arith.addi %0, %1 : index
    %2 = arith.cmpi slt, %t, %rest : index
    %3 = arith.extui %2 : i1 to i32
    %4 = arith.index_cast %3 : i32 to index
    %length = arith.addi %each, %4 : index
    scf.forall (%r) in (%length) {
      %i = arith.addi %first, %r : index
      memref.store %x, %a[%i] : memref<?xf32>
    }
  }
  return
}

// -----

// One row less than the next block's beginning: rows are left out.
// CHECK-LABEL: func.func @gaps
// CHECK: scf.forall
// CHECK: scf.forall
func.func @gaps(%a: memref<?xf32>, %n: index, %x: f32) {
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0 : index
  %size = arith.cmpi sge, %n, %zero : index
  xpiler.assume %size, "a size is not negative"
  %each = arith.floordivsi %n, %c16 : index
  %rest = arith.remui %n, %c16 : index
  scf.forall (%t) in (16) {
    %0 = arith.muli %t, %each : index
    %1 = arith.minsi %t, %rest : index
    %first = arith.addi %0, %1 : index
    %2 = arith.cmpi sle, %t, %rest : index
    %3 = arith.extui %2 : i1 to i32
    %4 = arith.index_cast %3 : i32 to index
    %length = arith.addi %each, %4 : index
    scf.forall (%r) in (%length) {
      %i = arith.addi %first, %r : index
      memref.store %x, %a[%i] : memref<?xf32>
    }
  }
  return
}

// -----

// What is stored depends on the block as well: the blocks stay.
// CHECK-LABEL: func.func @block_is_seen
// CHECK: scf.forall
// CHECK: scf.forall
func.func @block_is_seen(%a: memref<?xindex>, %n: index) {
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0 : index
  %size = arith.cmpi sge, %n, %zero : index
  xpiler.assume %size, "a size is not negative"
  %each = arith.floordivsi %n, %c16 : index
  %rest = arith.remui %n, %c16 : index
  scf.forall (%t) in (16) {
    %0 = arith.muli %t, %each : index
    %1 = arith.minsi %t, %rest : index
    %first = arith.addi %0, %1 : index
    %2 = arith.cmpi slt, %t, %rest : index
    %3 = arith.extui %2 : i1 to i32
    %4 = arith.index_cast %3 : i32 to index
    %length = arith.addi %each, %4 : index
    scf.forall (%r) in (%length) {
      %i = arith.addi %first, %r : index
      memref.store %t, %a[%i] : memref<?xindex>
    }
  }
  return
}

// -----

// Whether the block has a row more is looked at: the blocks stay.
// CHECK-LABEL: func.func @comparison_is_seen
// CHECK: scf.forall
// CHECK: scf.forall
func.func @comparison_is_seen(%a: memref<?xf32>, %n: index, %x: f32, %y: f32) {
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0 : index
  %size = arith.cmpi sge, %n, %zero : index
  xpiler.assume %size, "a size is not negative"
  %each = arith.floordivsi %n, %c16 : index
  %rest = arith.remui %n, %c16 : index
  scf.forall (%t) in (16) {
    %0 = arith.muli %t, %each : index
    %1 = arith.minsi %t, %rest : index
    %first = arith.addi %0, %1 : index
    %2 = arith.cmpi slt, %t, %rest : index
    %3 = arith.extui %2 : i1 to i32
    %4 = arith.index_cast %3 : i32 to index
    %length = arith.addi %each, %4 : index
    scf.forall (%r) in (%length) {
      %i = arith.addi %first, %r : index
      %z = arith.select %2, %x, %y : f32
      memref.store %z, %a[%i] : memref<?xf32>
    }
  }
  return
}
