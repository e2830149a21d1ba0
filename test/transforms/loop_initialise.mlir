// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-initialise,scalar-forward,scalar-forward,dead-store,canonicalize,cse)' | %FileCheck %s

// Sums that are begun in a loop of their own become accumulators; the zeros need not be stored.
// CHECK-LABEL: func.func @sums
// CHECK: scf.forall
// CHECK-NOT: memref.store
// CHECK: scf.for {{.*}} iter_args
// CHECK: memref.store
// CHECK-NOT: scf.forall (
func.func @sums(%a: memref<?xi32>, %c: memref<?xi32>, %m: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  scf.forall (%i) in (%m) {
    memref.store %zero, %c[%i] : memref<?xi32>
  }
  scf.forall (%i) in (%m) {
    scf.for %k = %c0 to %n step %c1 {
      %x = memref.load %a[%k] : memref<?xi32>
      %old = memref.load %c[%i] : memref<?xi32>
      %new = arith.addi %old, %x : i32
      memref.store %new, %c[%i] : memref<?xi32>
    }
  }
  return
}

// -----

// The second loop reads its neighbour's element: all zeros must be there first.
// CHECK-LABEL: func.func @neighbours
// CHECK: scf.forall
// CHECK: memref.store
// CHECK: scf.forall
// CHECK: memref.store
func.func @neighbours(%c: memref<?xi32>, %m: index) {
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %mm = arith.addi %m, %c1 : index
  scf.forall (%i) in (%m) {
    memref.store %zero, %c[%i] : memref<?xi32>
  }
  scf.forall (%i) in (%m) {
    %j = arith.addi %i, %c1 : index
    %old = memref.load %c[%j] : memref<?xi32>
    memref.store %old, %c[%i] : memref<?xi32>
  }
  return
}

// -----

// Where the loop may not run, and nothing was stored before, the element is not touched.
// CHECK-LABEL: func.func @may_not_run
// CHECK: scf.for
// CHECK: memref.store
// CHECK-NOT: iter_args
func.func @may_not_run(%a: memref<?xi32>, %c: memref<?xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %k = %c0 to %n step %c1 {
    %x = memref.load %a[%k] : memref<?xi32>
    %old = memref.load %c[%c0] : memref<?xi32>
    %new = arith.addi %old, %x : i32
    memref.store %new, %c[%c0] : memref<?xi32>
  }
  return
}
