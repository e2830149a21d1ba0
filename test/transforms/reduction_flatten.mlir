// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(reduction-flatten,loop-coalesce,canonicalize,cse)' | %FileCheck %s

// Partial sums of 4 strided lanes are one sum; in the new order an integer's partial results may wrap, so nsw goes.
// CHECK-LABEL: func.func @total
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK-COUNT-1: scf.for %{{.+}} = %{{.+}} to %[[N]] step
// CHECK-NOT: scf.for %
// CHECK: arith.addi %{{[a-z0-9]+}}, %{{[a-z0-9]+}} : i32
func.func @total(%a: memref<?xi32>, %n: index) -> i32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %z = arith.constant 0 : i32
  %r = scf.for %t = %c0 to %c4 step %c1 iter_args(%s = %z) -> i32 {
    %0 = arith.subi %n, %t : index
    %1 = arith.addi %0, %c3 : index
    %trips = arith.floordivsi %1, %c4 : index
    %p = scf.for %k = %c0 to %trips step %c1 iter_args(%q = %z) -> i32 {
      %2 = arith.muli %k, %c4 : index
      %j = arith.addi %2, %t : index
      %x = memref.load %a[%j] : memref<?xi32>
      %y = arith.addi %q, %x overflow<nsw> : i32
      scf.yield %y : i32
    }
    %u = arith.addi %s, %p overflow<nsw> : i32
    scf.yield %u : i32
  }
  return %r : i32
}
