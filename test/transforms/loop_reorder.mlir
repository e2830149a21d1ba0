// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-reorder{loops=j,i})' | %FileCheck %s

// CHECK-LABEL: func.func @transpose
// CHECK-SAME: %[[M:[a-z0-9]+]]: index, %[[N:[a-z0-9]+]]: index
// CHECK: scf.forall (%{{.+}}) in (%[[N]])
// CHECK: scf.forall (%{{.+}}) in (%[[M]])
func.func @transpose(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %m: index, %n: index) attributes {xpiler.kernel} {
  scf.forall (%i) in (%m) {
    scf.forall (%j) in (%n) {
      %x = memref.load %a[%i, %j] : memref<?x?xf32>
      memref.store %x, %b[%j, %i] : memref<?x?xf32>
    } loc("j")
  } loc("i")
  return
}

// -----

// Row i needs the row before it, columns are apart: the column loop may move out.
// CHECK-LABEL: func.func @scan
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step
// CHECK: scf.for %{{.+}} = %{{.+}} to %[[M:.+]] step
func.func @scan(%a: memref<?x?xf32>, %m: index, %n: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %k = arith.addi %i, %c1 : index
      %x = memref.load %a[%i, %j] : memref<?x?xf32>
      memref.store %x, %a[%k, %j] : memref<?x?xf32>
    } loc("j")
  } loc("i")
  return
}
