// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-once,canonicalize,cse)' | %FileCheck %s

// As many threads as elements, rounded up: each takes one or none.
// CHECK-LABEL: func.func @covered
// CHECK: scf.forall
// CHECK-NOT: scf.for %
// CHECK: scf.if
func.func @covered(%t: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c255 = arith.constant 255 : index
  %c256 = arith.constant 256 : index
  %z = arith.constant 0.0 : f32
  %some = arith.cmpi sge, %n, %c0 : index
  xpiler.assume %some, "a size is not negative"
  %more = arith.addi %n, %c255 : index
  %blocks = arith.floordivsi %more, %c256 : index
  %threads = arith.muli %blocks, %c256 : index
  scf.forall (%i) in (%threads) {
    %left = arith.subi %n, %i : index
    %rest = arith.subi %left, %c1 : index
    %whole = arith.floordivsi %rest, %threads : index
    %trips = arith.addi %whole, %c1 : index
    scf.for %k = %c0 to %trips step %c1 {
      %far = arith.muli %k, %threads : index
      %at = arith.addi %far, %i : index
      memref.store %z, %t[%at] : memref<?xf32>
    }
  }
  return
}

// -----

// What a loop that may be empty carries is what it began with then.
// CHECK-LABEL: func.func @carried
// CHECK: %[[S:.+]] = scf.if
// CHECK: arith.addf
// CHECK: else
// CHECK-NEXT: scf.yield %{{.+}} : f32
// CHECK: memref.store %[[S]]
func.func @carried(%a: memref<?xf32>, %t: memref<?xf32>, %n: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c255 = arith.constant 255 : index
  %c256 = arith.constant 256 : index
  %some = arith.cmpi sge, %n, %c0 : index
  xpiler.assume %some, "a size is not negative"
  %more = arith.addi %n, %c255 : index
  %blocks = arith.floordivsi %more, %c256 : index
  %threads = arith.muli %blocks, %c256 : index
  scf.forall (%i) in (%threads) {
    %left = arith.subi %n, %i : index
    %rest = arith.subi %left, %c1 : index
    %whole = arith.floordivsi %rest, %threads : index
    %trips = arith.addi %whole, %c1 : index
    %s = scf.for %k = %c0 to %trips step %c1 iter_args(%acc = %z) -> (f32) {
      %x = memref.load %a[%i] : memref<?xf32>
      %sum = arith.addf %acc, %x : f32
      scf.yield %sum : f32
    }
    memref.store %s, %t[%i] : memref<?xf32>
  }
  return
}

// -----

// Twice as many elements as threads may be two iterations.
// CHECK-LABEL: func.func @twice
// CHECK: scf.for
func.func @twice(%t: memref<?xf32>, %threads: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %some = arith.cmpi sge, %threads, %c1 : index
  xpiler.assume %some, "a size is positive"
  scf.forall (%i) in (%threads) {
    %n = arith.muli %threads, %c2 : index
    %left = arith.subi %n, %i : index
    %rest = arith.subi %left, %c1 : index
    %whole = arith.floordivsi %rest, %threads : index
    %trips = arith.addi %whole, %c1 : index
    scf.for %k = %c0 to %trips step %c1 {
      %far = arith.muli %k, %threads : index
      %at = arith.addi %far, %i : index
      memref.store %z, %t[%at] : memref<?xf32>
    }
  }
  return
}
