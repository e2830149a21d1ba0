// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(func.func(dead-accumulator,canonicalize))' | %FileCheck %s

// The sum that goes through both loops and that nobody reads goes away, with its result in the inner loop.
// CHECK-LABEL: func.func @square
// CHECK: scf.for {{.*}} iter_args(%{{[^,]+}} = %{{[^,]+}}) -> (f32)
// CHECK: scf.for {{.*}} iter_args(%{{[^,]+}} = %{{[^,]+}}) -> (f32)
// CHECK: arith.mulf
// CHECK-COUNT-1: arith.addf
// CHECK-NOT: arith.addf
// CHECK: return
func.func @square(%x: memref<?xf32>, %n: index) -> f32 {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero, %b = %zero) -> (f32, f32) {
    %s:2 = scf.for %j = %c0 to %n step %c1 iter_args(%c = %a, %d = %b) -> (f32, f32) {
      %v = memref.load %x[%j] : memref<?xf32>
      %p = arith.mulf %v, %v : f32
      %e = arith.addf %c, %v : f32
      %f = arith.addf %d, %p : f32
      scf.yield %e, %f : f32, f32
    }
    scf.yield %s#0, %s#1 : f32, f32
  }
  return %r#1 : f32
}

// One that another accumulator, or memory, is computed from stays.
// CHECK-LABEL: func.func @read
// CHECK: scf.for {{.*}} -> (f32, f32)
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: memref.store
func.func @read(%x: memref<?xf32>, %n: index) -> f32 {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r:2 = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero, %b = %zero) -> (f32, f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %e = arith.addf %a, %v : f32
    %f = arith.addf %b, %e : f32
    scf.yield %e, %f : f32, f32
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %v = memref.load %x[%i] : memref<?xf32>
    %e = arith.addf %a, %v : f32
    memref.store %e, %x[%i] : memref<?xf32>
    scf.yield %e : f32
  }
  return %r#1 : f32
}
