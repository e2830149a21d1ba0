// A loop that stores and folds becomes a loop that stores and a reduction of what is stored; not where elements meet, or what is folded is
// not what is stored.
// RUN: %xpiler-opt --pass-pipeline='builtin.module(fold-apart,canonicalize)' %s | %FileCheck %s

// CHECK-LABEL: func.func @exponentials
// CHECK: scf.for
// CHECK: math.exp
// CHECK: memref.store
// CHECK: }
// CHECK: scf.for {{.*}} iter_args
// CHECK-NEXT: %[[E:.+]] = memref.load %arg0
// CHECK-NEXT: arith.addf %{{.+}}, %[[E]]
// CHECK-NEXT: scf.yield
func.func @exponentials(%s: memref<?xf32>, %n: index, %peak: f32) -> f32 attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (f32) {
    %x = memref.load %s[%i] : memref<?xf32>
    %y = arith.subf %x, %peak : f32
    %e = math.exp %y : f32
    memref.store %e, %s[%i] : memref<?xf32>
    %u = arith.addf %t, %e : f32
    scf.yield %u : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @running
// CHECK: scf.for {{.*}} iter_args
// CHECK: memref.store
// CHECK-NOT: scf.for
func.func @running(%s: memref<?xf32>, %n: index) -> f32 attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (f32) {
    %x = memref.load %s[%i] : memref<?xf32>
    %u = arith.addf %t, %x : f32
    memref.store %u, %s[%i] : memref<?xf32>
    scf.yield %u : f32
  }
  return %r : f32
}

// CHECK-LABEL: func.func @shifted
// CHECK: scf.for {{.*}} iter_args
// CHECK: memref.store
// CHECK-NOT: scf.for
func.func @shifted(%s: memref<?xf32>, %n: index) -> f32 attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%t = %z) -> (f32) {
    %j = arith.addi %i, %c1 : index
    %x = memref.load %s[%i] : memref<?xf32>
    %e = math.exp %x : f32
    memref.store %e, %s[%j] : memref<?xf32>
    %u = arith.addf %t, %e : f32
    scf.yield %u : f32
  }
  return %r : f32
}
