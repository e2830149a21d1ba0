// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(exact-integers,canonicalize,cse)' | %FileCheck %s

// 1024 products of two i8 are at most 2^24: the float holds their sum, and i32 too.
// CHECK-LABEL: func.func @product
// CHECK-NOT: f32
// CHECK: scf.for {{.*}} -> (i32)
// CHECK: %[[X:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: %[[Y:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: arith.muli %[[X]], %[[Y]] : i32
// CHECK-NOT: f32
func.func @product(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<1xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %most = arith.constant 1024 : index
  %zero = arith.constant 0 : i64
  %end = arith.minsi %n, %most : index
  %sum = scf.for %k = %c0 to %end step %c1 iter_args(%s = %zero) -> i64 {
    %x = memref.load %a[%k] : memref<?xi8>
    %y = memref.load %b[%k] : memref<?xi8>
    %xw = arith.extsi %x : i8 to i64
    %yw = arith.extsi %y : i8 to i64
    %p = arith.muli %xw, %yw : i64
    %t = arith.addi %s, %p : i64
    scf.yield %t : i64
  }
  %f = arith.sitofp %sum : i64 to f32
  %whole = math.trunc %f : f32
  %r = arith.fptosi %whole : f32 to i32
  memref.store %r, %c[%c0] : memref<1xi32>
  return
}

// -----

// One product more, and the float may round.
// CHECK-LABEL: func.func @rounds
// CHECK: arith.sitofp
func.func @rounds(%a: memref<?xi8>, %b: memref<?xi8>, %c: memref<1xi32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %most = arith.constant 1025 : index
  %zero = arith.constant 0 : i64
  %end = arith.minsi %n, %most : index
  %sum = scf.for %k = %c0 to %end step %c1 iter_args(%s = %zero) -> i64 {
    %x = memref.load %a[%k] : memref<?xi8>
    %y = memref.load %b[%k] : memref<?xi8>
    %xw = arith.extsi %x : i8 to i64
    %yw = arith.extsi %y : i8 to i64
    %p = arith.muli %xw, %yw : i64
    %t = arith.addi %s, %p : i64
    scf.yield %t : i64
  }
  %f = arith.sitofp %sum : i64 to f32
  %r = arith.fptosi %f : f32 to i32
  memref.store %r, %c[%c0] : memref<1xi32>
  return
}

// -----

// A sum that begins with the caller's number, in a float; and the wide sum is used whole.
// CHECK-LABEL: func.func @unbounded
// CHECK: scf.for {{.*}} -> (i64)
// CHECK: arith.sitofp
func.func @unbounded(%a: memref<?xi8>, %c: memref<1xi32>, %d: memref<1xi64>, %first: i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %most = arith.constant 8 : index
  %sum = scf.for %k = %c0 to %most step %c1 iter_args(%s = %first) -> i64 {
    %x = memref.load %a[%k] : memref<?xi8>
    %xw = arith.extsi %x : i8 to i64
    %t = arith.addi %s, %xw : i64
    scf.yield %t : i64
  }
  %f = arith.sitofp %sum : i64 to f32
  %r = arith.fptosi %f : f32 to i32
  memref.store %r, %c[%c0] : memref<1xi32>
  %low = arith.trunci %sum : i64 to i32
  memref.store %low, %c[%c0] : memref<1xi32>
  memref.store %sum, %d[%c0] : memref<1xi64>
  return
}

// -----

// The float has 11 bits, the integer 12; two terms in an iteration stay wide.
// CHECK-LABEL: func.func @half
// CHECK: arith.sitofp
// CHECK: scf.for {{.*}} -> (i64)
func.func @half(%a: memref<?xi8>, %c: memref<1xi32>, %x: i8) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %c17 = arith.constant 17 : i32
  %xw = arith.extsi %x : i8 to i32
  %p = arith.muli %xw, %c17 : i32
  %f = arith.sitofp %p : i32 to f16
  %r = arith.fptosi %f : f16 to i32
  memref.store %r, %c[%c0] : memref<1xi32>
  %most = arith.constant 8 : index
  %sum = scf.for %k = %c0 to %most step %c1 iter_args(%s = %zero) -> i64 {
    %y = memref.load %a[%k] : memref<?xi8>
    %yw = arith.extsi %y : i8 to i64
    %t = arith.addi %s, %yw : i64
    %k32 = arith.index_cast %k : index to i64
    %u = arith.addi %t, %k32 : i64
    scf.yield %u : i64
  }
  %low = arith.trunci %sum : i64 to i32
  memref.store %low, %c[%c0] : memref<1xi32>
  return
}

// -----

// `t < n / 32.f`: threads, counted by floats. What may be no float stays.
// CHECK-LABEL: func.func @counts
// CHECK: arith.muli %{{.+}}, %c32
// CHECK: arith.cmpi slt
// CHECK-NOT: arith.cmpf olt
// CHECK: arith.cmpf ogt
func.func @counts(%n: i32, %m: i32, %a: memref<?xi1>) {
  %c32 = arith.constant 3.2e+01 : f32
  %least = arith.constant 0 : i32
  %most = arith.constant 1024 : i32
  %up = arith.maxsi %n, %least : i32
  %threads = arith.minsi %up, %most : i32
  %f = arith.sitofp %threads : i32 to f32
  %warps = arith.divf %f, %c32 : f32
  %g = arith.sitofp %m : i32 to f32
  scf.forall (%t) in (32) {
    %i = arith.index_cast %t : index to i32
    %x = arith.uitofp %i : i32 to f32
    %first = arith.cmpf olt, %x, %warps : f32
    %other = arith.cmpf ogt, %x, %g : f32
    %both = arith.andi %first, %other : i1
    memref.store %both, %a[%t] : memref<?xi1>
  }
  return
}
