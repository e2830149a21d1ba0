// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(dead-store,canonicalize,cse)' | %FileCheck %s

// A counter that only counts itself goes, and with it the last value that the loop carries.
// CHECK-LABEL: func.func @counter
// CHECK: scf.for %{{.+}} = %{{.+}} to %{{.+}} step %{{.+}} {
// CHECK-NOT: arith.addi
// CHECK: memref.store
func.func @counter(%a: memref<?xf32>, %n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%i = %zero) -> i32 {
    memref.store %v, %a[%k] : memref<?xf32>
    %next = arith.addi %i, %one : i32
    scf.yield %next : i32
  }
  return
}

// -----

// A number that decides which half of a buffer is written stays.
// CHECK-LABEL: func.func @half
// CHECK: scf.for {{.*}} iter_args
func.func @half(%a: memref<2xf32>, %n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%i = %c0) -> index {
    memref.store %v, %a[%i] : memref<2xf32>
    %next = arith.subi %c1, %i : index
    scf.yield %next : index
  }
  return
}

// -----

// Somebody looks before the element is stored again.
// CHECK-LABEL: func.func @seen
// CHECK: memref.store
// CHECK: memref.load
// CHECK: memref.store
func.func @seen(%c: memref<?xi32>, %d: memref<?xi32>, %x: i32) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0 : i32
  memref.store %zero, %c[%c0] : memref<?xi32>
  %old = memref.load %c[%c0] : memref<?xi32>
  memref.store %old, %d[%c0] : memref<?xi32>
  memref.store %x, %c[%c0] : memref<?xi32>
  return
}

// -----

// Nobody looks in between: only the second store is seen.
// CHECK-LABEL: func.func @overwritten
// CHECK: memref.store
// CHECK-NOT: memref.store
func.func @overwritten(%c: memref<?xi32>, %d: memref<?xi32>, %x: i32, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  memref.store %zero, %c[%c0] : memref<?xi32>
  %s = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %d[%k] : memref<?xi32>
    %t = arith.addi %acc, %y : i32
    scf.yield %t : i32
  }
  memref.store %s, %c[%c0] : memref<?xi32>
  return
}
