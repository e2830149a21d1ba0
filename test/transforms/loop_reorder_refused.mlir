// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-reorder{loops=j,i})' 2>&1 | %FileCheck %s

// Element (i, j+1) is written from (i+1, j): the order of the loops matters.
// CHECK: error: loop-reorder would change the order of accesses that depend on each other
func.func @skewed(%a: memref<?x?xf32>, %m: index, %n: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %i1 = arith.addi %i, %c1 : index
      %j1 = arith.addi %j, %c1 : index
      %x = memref.load %a[%i1, %j] : memref<?x?xf32>
      memref.store %x, %a[%i, %j1] : memref<?x?xf32>
    } loc("j")
  } loc("i")
  return
}
