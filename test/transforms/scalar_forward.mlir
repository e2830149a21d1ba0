// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(scalar-forward,canonicalize,cse)' | %FileCheck %s

// `a[i] > m ? a[i] : m`: the element is loaded once, and in a loop that does not write it too.
// CHECK-LABEL: func.func @in_a_branch
// CHECK-COUNT-1: memref.load
// CHECK-NOT: memref.load
func.func @in_a_branch(%a: memref<?xf32>, %t: memref<?xf32>, %m: f32, %i: index, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %x = memref.load %a[%i] : memref<?xf32>
  %larger = arith.cmpf ogt, %x, %m : f32
  %r = scf.if %larger -> f32 {
    %y = memref.load %a[%i] : memref<?xf32>
    scf.yield %y : f32
  } else {
    scf.yield %m : f32
  }
  scf.for %k = %c0 to %n step %c1 {
    %y = memref.load %a[%i] : memref<?xf32>
    memref.store %y, %t[%k] : memref<?xf32>
  }
  return %r : f32
}

// -----

// A loop that writes the array, at whatever place, has other elements from its second turn on; so has what follows a branch that writes.
// CHECK-LABEL: func.func @written
// CHECK-COUNT-3: memref.load
func.func @written(%a: memref<?xf32>, %t: memref<3xf32>, %m: f32, %i: index, %j: index, %n: index, %p: i1) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %x = memref.load %a[%i] : memref<?xf32>
  memref.store %x, %t[%c0] : memref<3xf32>
  scf.for %k = %c0 to %n step %c1 {
    %y = memref.load %a[%i] : memref<?xf32>
    %z = arith.addf %y, %m : f32
    memref.store %z, %a[%j] : memref<?xf32>
  }
  scf.if %p {
    memref.store %m, %a[%j] : memref<?xf32>
  }
  %w = memref.load %a[%i] : memref<?xf32>
  memref.store %w, %t[%c2] : memref<3xf32>
  return
}
