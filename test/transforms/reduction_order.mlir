// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(reduction-order,canonicalize,cse)' | %FileCheck %s

// Each thread's share of a range, in steps of 1024: the threads' elements follow each other.
// CHECK-LABEL: func.func @shares
// CHECK: scf.for %[[K:.+]] = %c0 to %{{.+}} step %c1
// CHECK: %[[FAR:.+]] = arith.muli %[[K]], %c1024
// CHECK: %[[LEFT:.+]] = arith.minsi
// CHECK: scf.for %[[T:.+]] = %c0 to %[[LEFT]] step %c1
// CHECK: arith.addi %[[FAR]], %[[T]]
func.func @shares(%a: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %c1024 = arith.constant 1024 : index
  %c1023 = arith.constant 1023 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %t = %c0 to %c256 step %c1 iter_args(%x = %z) -> f32 {
    %left = arith.subi %n, %t : index
    %up = arith.addi %left, %c1023 : index
    %count = arith.floordivsi %up, %c1024 : index
    %y = scf.for %k = %c0 to %count step %c1 iter_args(%v = %x) -> f32 {
      %far = arith.muli %k, %c1024 : index
      %at = arith.addi %far, %t : index
      %e = memref.load %a[%at] : memref<?xf32>
      %w = arith.addf %v, %e : f32
      scf.yield %w : f32
    }
    scf.yield %y : f32
  }
  return %s : f32
}

// -----

// Groups of 32, each with a factor.
// CHECK-LABEL: func.func @groups
// CHECK-SAME: %[[GROUPS:[a-z0-9]+]]: index
// CHECK: scf.for %{{.+}} = %c0 to %[[GROUPS]]
// CHECK: scf.for %{{.+}} = %c0 to %c32
func.func @groups(%w: memref<?xf32>, %d: memref<?xf32>, %groups: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c32 = arith.constant 32 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %t = %c0 to %c32 step %c1 iter_args(%x = %z) -> f32 {
    %y = scf.for %g = %c0 to %groups step %c1 iter_args(%v = %x) -> f32 {
      %first = arith.muli %g, %c32 : index
      %at = arith.addi %first, %t : index
      %e = memref.load %w[%at] : memref<?xf32>
      %f = memref.load %d[%g] : memref<?xf32>
      %p = arith.mulf %e, %f : f32
      %u = arith.addf %v, %p : f32
      scf.yield %u : f32
    }
    scf.yield %y : f32
  }
  return %s : f32
}

// -----

// Windows in the order of memory stay, and so do loops of which one operand goes the other way.
// CHECK-LABEL: func.func @either
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: scf.for %{{.+}} = %c0 to %c3
// CHECK: scf.for %{{.+}} = %c0 to %[[N]]
func.func @either(%a: memref<?x?xf32>, %b: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %i = %c0 to %c3 step %c1 iter_args(%x = %z) -> f32 {
    %y = scf.for %j = %c0 to %n step %c1 iter_args(%v = %x) -> f32 {
      %e = memref.load %a[%i, %j] : memref<?x?xf32>
      %row = arith.muli %i, %n : index
      %at = arith.addi %row, %j : index
      %f = memref.load %b[%at] : memref<?xf32>
      %p = arith.mulf %e, %f : f32
      %u = arith.addf %v, %p : f32
      scf.yield %u : f32
    }
    scf.yield %y : f32
  }
  return %s : f32
}
