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
