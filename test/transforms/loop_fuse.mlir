// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-fuse{loops=i,j})' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-fuse{loops=j,k})' 2>&1 | %FileCheck %s --check-prefix=AHEAD

// CHECK-LABEL: func.func @twice
// CHECK-COUNT-2: scf.for %
// CHECK-NOT: scf.for %
// The third loop reads one element ahead of what the second writes.
// AHEAD: error: loop-fuse: an iteration of one loop touches what another iteration of the other loop does
func.func @twice(%a: memref<?xf32>, %b: memref<?xf32>, %n: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i] : memref<?xf32>
  } loc("i")
  scf.for %j = %c0 to %n step %c1 {
    %x = memref.load %a[%j] : memref<?xf32>
    memref.store %x, %b[%j] : memref<?xf32>
  } loc("j")
  scf.for %k = %c0 to %n step %c1 {
    %k1 = arith.addi %k, %c1 : index
    %x = memref.load %b[%k1] : memref<?xf32>
    memref.store %x, %a[%k] : memref<?xf32>
  } loc("k")
  return
}
