// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-expansion{loop=i})' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-expansion{loop=k})' 2>&1 | %FileCheck %s --check-prefix=CARRIED

// CHECK-LABEL: func.func @two
// CHECK: scf.for
// CHECK: memref.store %{{.+}}, %{{.+}}[%{{.+}}]
// CHECK: scf.for
// CARRIED: error: the effects of 'k' depend on each other across iterations
func.func @two(%a: memref<?xf32>, %b: memref<?xf32>, %n: index, %x: f32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    memref.store %x, %a[%i] : memref<?xf32>
    memref.store %x, %b[%i] : memref<?xf32>
  } loc("i")
  scf.for %k = %c0 to %n step %c1 {
    memref.store %x, %a[%k] : memref<?xf32>
    %k1 = arith.addi %k, %c1 : index
    memref.store %x, %a[%k1] : memref<?xf32>
  } loc("k")
  return
}
