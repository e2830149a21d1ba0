// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-split{loop=i factor=16},canonicalize,cse)' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-split{loop=j factor=16})' 2>&1 | %FileCheck %s --check-prefix=NAME
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-split{loop=i factor=0})' 2>&1 | %FileCheck %s --check-prefix=FACTOR

// The last block is short; nothing is lost for any extent.
// CHECK-LABEL: func.func @scale
// CHECK: %[[BLOCKS:.+]] = arith.{{floordivsi|ceildivsi}}
// CHECK: scf.forall (%[[I:.+]]) in (%[[BLOCKS]])
// CHECK: arith.minsi
// CHECK: scf.forall (%[[IN:.+]]) in
// CHECK: arith.addi
// CHECK: memref.load
// NAME: error: 'j' names no loop of 'scale'
// NAME: hint: loops here: i
// FACTOR: error: loop-split needs a positive factor, not 0
func.func @scale(%a: memref<?xf32>, %n: index) attributes {xpiler.kernel} {
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : memref<?xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i] : memref<?xf32>
  } loc("i")
  return
}
