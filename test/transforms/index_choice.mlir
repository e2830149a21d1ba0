// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(index-choice,canonicalize,cse)' | %FileCheck %s

// The pieces of one of 16 tasks; a task beyond the last piece has none, and its loop is empty without the choice as well.
// CHECK-LABEL: func.func @pieces
// CHECK-NOT: scf.if
// CHECK-NOT: arith.maxsi
// CHECK: %[[MINE:.+]] = arith.floordivsi
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[MINE]]
func.func @pieces(%t: memref<?xf32>, %pieces: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  scf.forall (%task) in (16) {
    %some = arith.cmpi slt, %task, %pieces : index
    %mine = scf.if %some -> (index) {
      %a = arith.addi %pieces, %c15 : index
      %b = arith.subi %a, %task : index
      %c = arith.floordivsi %b, %c16 : index
      scf.yield %c : index
    } else {
      scf.yield %c0 : index
    }
    scf.for %i = %c0 to %mine step %c1 {
      %p = arith.muli %i, %c16 : index
      %q = arith.addi %p, %task : index
      memref.store %x, %t[%q] : memref<?xf32>
    }
  }
  return
}

// -----

// Neither the larger nor the smaller of the two is always taken.
// CHECK-LABEL: func.func @neither
// CHECK: arith.select
func.func @neither(%a: index, %b: index) -> index {
  %c2 = arith.constant 2 : index
  %limit = arith.addi %b, %c2 : index
  %less = arith.cmpi slt, %a, %limit : index
  %r = arith.select %less, %b, %a : index
  return %r : index
}

// -----

// The quotient is not computed where its divisor may be zero.
// CHECK-LABEL: func.func @divisor
// CHECK: scf.if
func.func @divisor(%n: index, %d: index) -> index {
  %c0 = arith.constant 0 : index
  %positive = arith.cmpi sgt, %d, %c0 : index
  %r = scf.if %positive -> (index) {
    %q = arith.floordivsi %n, %d : index
    scf.yield %q : index
  } else {
    scf.yield %c0 : index
  }
  return %r : index
}

// -----

// Data stay in their type.
// CHECK-LABEL: func.func @data
// CHECK-NOT: arith.index_cast
func.func @data(%t: memref<?xi32>, %i: index) -> i32 {
  %c100 = arith.constant 100 : i32
  %x = memref.load %t[%i] : memref<?xi32>
  %more = arith.cmpi sge, %x, %c100 : i32
  %r = arith.select %more, %c100, %x : i32
  return %r : i32
}
