// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(pair-flatten,loop-coalesce,pair-flatten,canonicalize,cse)' | %FileCheck %s

// The best of four strided shares is the first greatest of all: places grow from turn to turn, so that values decide alone.
// CHECK-LABEL: func.func @first
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK-COUNT-1: scf.for %{{.+}} = %{{.+}} to %[[N]] step {{.+}} iter_args(%{{.+}} = %cst, %{{.+}} = %c-1
// CHECK-NOT: scf.for %
// CHECK-NOT: arith.cmpi
func.func @first(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %none = arith.constant -1 : index
  %last = arith.constant 9223372036854775807 : index
  %low = arith.constant 0xFF800000 : f32
  %start = arith.constant -1.0 : f32
  %r:2 = scf.for %t = %c0 to %c4 step %c1 iter_args(%v = %low, %p = %last) -> (f32, index) {
    %0 = arith.subi %n, %t : index
    %1 = arith.addi %0, %c3 : index
    %trips = arith.floordivsi %1, %c4 : index
    %s:2 = scf.for %k = %c0 to %trips step %c1 iter_args(%w = %start, %q = %none) -> (f32, index) {
      %2 = arith.muli %k, %c4 : index
      %j = arith.addi %2, %t : index
      %x = memref.load %a[%j] : memref<?xf32>
      %more = arith.cmpf ogt, %x, %w : f32
      %y = arith.maxnumf %x, %w : f32
      %z = arith.select %more, %j, %q : index
      scf.yield %y, %z : f32, index
    }
    %more = arith.cmpf ogt, %s#0, %v : f32
    %same = arith.cmpf oeq, %s#0, %v : f32
    %before = arith.cmpi slt, %s#1, %p : index
    %tie = arith.andi %same, %before : i1
    %takes = arith.ori %more, %tie : i1
    %y = arith.maxnumf %s#0, %v : f32
    %z = arith.select %takes, %s#1, %p : index
    scf.yield %y, %z : f32, index
  }
  return %r#1 : index
}

// -----

// A share that begins with a place behind all others keeps it on ties, where the order would not: two loops.
// CHECK-LABEL: func.func @begins_behind
// CHECK-COUNT-2: scf.for %
func.func @begins_behind(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %last = arith.constant 9223372036854775807 : index
  %low = arith.constant 0xFF800000 : f32
  %r:2 = scf.for %t = %c0 to %c4 step %c1 iter_args(%v = %low, %p = %last) -> (f32, index) {
    %first = arith.muli %n, %t : index
    %s:2 = scf.for %k = %c0 to %n step %c1 iter_args(%w = %low, %q = %n) -> (f32, index) {
      %x = memref.load %a[%k] : memref<?xf32>
      %more = arith.cmpf ogt, %x, %w : f32
      %y = arith.maxnumf %x, %w : f32
      %z = arith.select %more, %k, %q : index
      scf.yield %y, %z : f32, index
    }
    %more = arith.cmpf ogt, %s#0, %v : f32
    %same = arith.cmpf oeq, %s#0, %v : f32
    %before = arith.cmpi slt, %s#1, %p : index
    %tie = arith.andi %same, %before : i1
    %takes = arith.ori %more, %tie : i1
    %y = arith.maxnumf %s#0, %v : f32
    %z = arith.select %takes, %s#1, %p : index
    scf.yield %y, %z : f32, index
  }
  return %r#1 : index
}

// -----

// Of equal values the outer loop keeps the one it has: that is the share's number, not the place, that decides.
// CHECK-LABEL: func.func @by_share
// CHECK-COUNT-2: scf.for %
func.func @by_share(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %low = arith.constant 0xFF800000 : f32
  %r:2 = scf.for %t = %c0 to %c4 step %c1 iter_args(%v = %low, %p = %c0) -> (f32, index) {
    %s:2 = scf.for %k = %c0 to %n step %c1 iter_args(%w = %low, %q = %c0) -> (f32, index) {
      %2 = arith.muli %k, %c4 : index
      %j = arith.addi %2, %t : index
      %x = memref.load %a[%j] : memref<?xf32>
      %more = arith.cmpf ogt, %x, %w : f32
      %y = arith.maxnumf %x, %w : f32
      %z = arith.select %more, %j, %q : index
      scf.yield %y, %z : f32, index
    }
    %more = arith.cmpf ogt, %s#0, %v : f32
    %y = arith.maxnumf %s#0, %v : f32
    %z = arith.select %more, %s#1, %p : index
    scf.yield %y, %z : f32, index
  }
  return %r#1 : index
}
