// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(canonical-form,store-split,loop-parallel,array-forward,dead-store,sum-difference,dead-store,canonicalize,cse)' | %FileCheck %s

// Bytes shifted to be unsigned, the shift taken away again: a sum of signed products.
// CHECK-LABEL: func.func @shifted
// CHECK: scf.for {{.*}} iter_args
// CHECK-DAG: arith.extsi
// CHECK-NOT: arith.xori
// CHECK-NOT: arith.subi
// CHECK: return
func.func @shifted(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<?xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %c128 = arith.constant 128 : i32
  %flip = arith.constant -128 : i8
  %s = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %b[%k] : memref<?xi8>
    %w = arith.extsi %y : i8 to i32
    %t = arith.addi %acc, %w overflow<nsw> : i32
    scf.yield %t : i32
  }
  %p = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %x = memref.load %a[%k] : memref<?xi8>
    %y = memref.load %b[%k] : memref<?xi8>
    %u = arith.xori %x, %flip : i8
    %v = arith.extui %u : i8 to i32
    %w = arith.extsi %y : i8 to i32
    %vw = arith.muli %v, %w : i32
    %t = arith.addi %acc, %vw : i32
    scf.yield %t : i32
  }
  %scaled = arith.muli %s, %c128 overflow<nsw> : i32
  %d = arith.subi %p, %scaled overflow<nsw> : i32
  memref.store %d, %c[%c0] : memref<?xi32>
  return
}

// -----

// Another shift than the one that is taken away; the difference stays.
// CHECK-LABEL: func.func @another_shift
// CHECK: arith.subi
func.func @another_shift(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<?xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %c127 = arith.constant 127 : i32
  %flip = arith.constant -128 : i8
  %s = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %b[%k] : memref<?xi8>
    %w = arith.extsi %y : i8 to i32
    %t = arith.addi %acc, %w : i32
    scf.yield %t : i32
  }
  %p = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %x = memref.load %a[%k] : memref<?xi8>
    %y = memref.load %b[%k] : memref<?xi8>
    %u = arith.xori %x, %flip : i8
    %v = arith.extui %u : i8 to i32
    %w = arith.extsi %y : i8 to i32
    %vw = arith.muli %v, %w : i32
    %t = arith.addi %acc, %vw : i32
    scf.yield %t : i32
  }
  %scaled = arith.muli %s, %c127 : i32
  %d = arith.subi %p, %scaled : i32
  memref.store %d, %c[%c0] : memref<?xi32>
  return
}

// -----

// The sum that is taken away is of one element less.
// CHECK-LABEL: func.func @another_range
// CHECK: arith.subi
func.func @another_range(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<?xi32>, %n: index, %m: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i32
  %c128 = arith.constant 128 : i32
  %s = scf.for %k = %c0 to %m step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %b[%k] : memref<?xi8>
    %w = arith.extsi %y : i8 to i32
    %t = arith.addi %acc, %w : i32
    scf.yield %t : i32
  }
  %p = scf.for %k = %c0 to %n step %c1 iter_args(%acc = %zero) -> i32 {
    %x = memref.load %a[%k] : memref<?xi8>
    %y = memref.load %b[%k] : memref<?xi8>
    %v = arith.extsi %x : i8 to i32
    %v128 = arith.addi %v, %c128 : i32
    %w = arith.extsi %y : i8 to i32
    %vw = arith.muli %v128, %w : i32
    %t = arith.addi %acc, %vw : i32
    scf.yield %t : i32
  }
  %scaled = arith.muli %s, %c128 : i32
  %d = arith.subi %p, %scaled : i32
  memref.store %d, %c[%c0] : memref<?xi32>
  return
}

// -----

// What a reduction keeps in a private array on the way is kept by a loop of its own, and need not be kept in the end.
// CHECK-LABEL: func.func @kept
// CHECK-NOT: memref.alloca
// CHECK-COUNT-2: scf.for {{.*}} iter_args
func.func @kept(%b: memref<?xi32>, %c: memref<?xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %zero = arith.constant 0 : i32
  %column = memref.alloca() : memref<64xi32>
  %s = scf.for %k = %c0 to %c64 step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %b[%k] : memref<?xi32>
    memref.store %y, %column[%k] : memref<64xi32>
    %t = arith.addi %acc, %y : i32
    scf.yield %t : i32
  }
  %p = scf.for %k = %c0 to %c64 step %c1 iter_args(%acc = %zero) -> i32 {
    %y = memref.load %column[%k] : memref<64xi32>
    %yy = arith.muli %y, %y : i32
    %t = arith.addi %acc, %yy : i32
    scf.yield %t : i32
  }
  memref.store %s, %c[%c0] : memref<?xi32>
  memref.store %p, %c[%c1] : memref<?xi32>
  return
}
