// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-bind{loop=i to=block_x})' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-bind{loop=k to=block_x})' 2>&1 | %FileCheck %s --check-prefix=CARRIED
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-bind{loop=i to=warp})' 2>&1 | %FileCheck %s --check-prefix=LEVEL

// A serial loop whose rows are apart may be bound; the running sum inside may not.
// CHECK-LABEL: func.func @prefix
// CHECK: scf.forall
// CHECK: {mapping = [#xpiler.bind<block_x>]}
// CARRIED: error: iterations of 'k' depend on each other: it cannot be bound to block_x
// LEVEL: error: 'warp' is no level of parallelism
func.func @prefix(%a: memref<?x64xf32>, %m: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c63 = arith.constant 63 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %k = %c0 to %c63 step %c1 {
      %k1 = arith.addi %k, %c1 : index
      %x = memref.load %a[%i, %k] : memref<?x64xf32>
      %y = memref.load %a[%i, %k1] : memref<?x64xf32>
      %s = arith.addf %x, %y : f32
      memref.store %s, %a[%i, %k1] : memref<?x64xf32>
    } loc("k")
  } loc("i")
  return
}
