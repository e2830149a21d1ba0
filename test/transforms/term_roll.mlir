// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(term-roll,canonicalize,cse)' | %FileCheck %s

// Four neighbouring products a step are one sum over them.
// CHECK-LABEL: func.func @dot
// CHECK-COUNT-2: scf.for
// CHECK-COUNT-2: memref.load
// CHECK-NOT: memref.load
// CHECK: return
func.func @dot(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %k = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %at = arith.muli %k, %c4 : index
    %at1 = arith.addi %at, %c1 : index
    %at2 = arith.addi %at, %c2 : index
    %at3 = arith.addi %at, %c3 : index
    %x0 = memref.load %x[%at] : memref<?xf32>
    %x1 = memref.load %x[%at1] : memref<?xf32>
    %x2 = memref.load %x[%at2] : memref<?xf32>
    %x3 = memref.load %x[%at3] : memref<?xf32>
    %y0 = memref.load %y[%at] : memref<?xf32>
    %y1 = memref.load %y[%at1] : memref<?xf32>
    %y2 = memref.load %y[%at2] : memref<?xf32>
    %y3 = memref.load %y[%at3] : memref<?xf32>
    %p0 = arith.mulf %x0, %y0 : f32
    %p1 = arith.mulf %x1, %y1 : f32
    %p2 = arith.mulf %x2, %y2 : f32
    %p3 = arith.mulf %x3, %y3 : f32
    %s0 = arith.addf %p1, %p0 : f32
    %s1 = arith.addf %s0, %p2 : f32
    %s2 = arith.addf %s1, %p3 : f32
    %next = arith.addf %s, %s2 : f32
    scf.yield %next : f32
  }
  return %sum : f32
}

// Neighbours that the next step reads again (a window) are no row.
// CHECK-LABEL: func.func @window
// CHECK-COUNT-1: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @window(%x: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %k = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %at1 = arith.addi %k, %c1 : index
    %x0 = memref.load %x[%k] : memref<?xf32>
    %x1 = memref.load %x[%at1] : memref<?xf32>
    %both = arith.addf %x0, %x1 : f32
    %next = arith.addf %s, %both : f32
    scf.yield %next : f32
  }
  return %sum : f32
}

// One product with another factor is no part of the row.
// CHECK-LABEL: func.func @unlike
// CHECK-COUNT-1: scf.for
// CHECK-NOT: scf.for
// CHECK: return
func.func @unlike(%x: memref<?xf32>, %a: f32, %b: f32, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %k = %c0 to %n step %c1 iter_args(%s = %zero) -> (f32) {
    %at = arith.muli %k, %c2 : index
    %at1 = arith.addi %at, %c1 : index
    %x0 = memref.load %x[%at] : memref<?xf32>
    %x1 = memref.load %x[%at1] : memref<?xf32>
    %p0 = arith.mulf %x0, %a : f32
    %p1 = arith.mulf %x1, %b : f32
    %both = arith.addf %p0, %p1 : f32
    %next = arith.addf %s, %both : f32
    scf.yield %next : f32
  }
  return %sum : f32
}
