// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(detensorize)' | %FileCheck %s

// A view's offset goes into the subscript.
// CHECK-LABEL: func.func @sum
// CHECK-SAME: %[[A:[a-z0-9]+]]: {{[^%]+}}, %[[B:[a-z0-9]+]]: {{[^%]+}}, %[[C:[a-z0-9]+]]: memref
// CHECK: scf.forall (%[[I:.+]]) in (32)
// CHECK: %[[J:.+]] = arith.addi %[[I]], %c8
// CHECK: memref.load %[[A]][%[[J]]]
// CHECK: memref.load %[[B]][%[[I]]]
// CHECK: arith.addf
// CHECK: memref.store %{{.+}}, %[[C]][%[[I]]]
// CHECK-NOT: bang.binary
func.func @sum(%a: memref<64xf32, #bang.space<nram>>, %b: memref<64xf32, #bang.space<nram>>, %c: memref<64xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  %c8 = arith.constant 8 : index
  %n = arith.constant 32 : i32
  %v = xpiler.view %a[%c8] : memref<64xf32, #bang.space<nram>> to memref<?xf32, #bang.space<nram>>
  bang.binary<add> %c, %v, %b, %n : memref<64xf32, #bang.space<nram>>, memref<?xf32, #bang.space<nram>>, memref<64xf32, #bang.space<nram>>
  return
}

// -----

// CHECK-LABEL: func.func @pooled
// CHECK: scf.forall
// CHECK: scf.for
// CHECK: arith.maxnumf
// CHECK-NOT: bang.pool
func.func @pooled(%a: memref<256xf32, #bang.space<nram>>, %d: memref<64xf32, #bang.space<nram>>) attributes {xpiler.kernel} {
  %c = arith.constant 16 : i32
  %h = arith.constant 4 : i32
  %two = arith.constant 2 : i32
  bang.pool<max> %d, %a, %c, %h, %h, %two, %two, %two, %two : memref<64xf32, #bang.space<nram>>, memref<256xf32, #bang.space<nram>>
  return
}
