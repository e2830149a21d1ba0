// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(tile-in-place,canonical-form,canonicalize,cse)' | %FileCheck %s

// Lanes that a condition leaves as they are: one array, and a branch where something is to be done.
// CHECK-LABEL: func.func @window
// CHECK-COUNT-1: memref.alloca
// CHECK-NOT: memref.alloca
// CHECK: scf.if
// CHECK-NEXT: scf.forall
// CHECK-NOT: else
// CHECK: return
func.func @window(%x: memref<?xf32>, %y: memref<?xf32>, %first: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %acc = memref.alloca() : memref<16xf32>
  scf.forall (%j) in (16) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %acc[%j] : memref<16xf32>
  }
  scf.for %k = %c0 to %c3 step %c1 {
    %new = memref.alloca() : memref<16xf32>
    %left = arith.cmpi slt, %k, %first : index
    scf.if %left {
      scf.forall (%j) in (16) {
        %v = memref.load %acc[%j] : memref<16xf32>
        memref.store %v, %new[%j] : memref<16xf32>
      }
    } else {
      scf.forall (%j) in (16) {
        %v = memref.load %acc[%j] : memref<16xf32>
        %w = arith.addf %v, %v : f32
        memref.store %w, %new[%j] : memref<16xf32>
      }
    }
    scf.forall (%j) in (16) {
      %v = memref.load %new[%j] : memref<16xf32>
      memref.store %v, %acc[%j] : memref<16xf32>
    }
  }
  scf.forall (%j) in (16) {
    %v = memref.load %acc[%j] : memref<16xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}

// An element that another lane still reads (a rotation) keeps both arrays.
// CHECK-LABEL: func.func @rotation
// CHECK-COUNT-2: memref.alloca
// CHECK: return
func.func @rotation(%y: memref<?xf32>, %c: i1) {
  %c15 = arith.constant 15 : index
  %acc = memref.alloca() : memref<16xf32>
  scf.forall (%j) in (16) {
    %v = memref.load %y[%j] : memref<?xf32>
    memref.store %v, %acc[%j] : memref<16xf32>
  }
  %new = memref.alloca() : memref<16xf32>
  scf.forall (%j) in (16) {
    %r = arith.subi %c15, %j : index
    %v = memref.load %acc[%r] : memref<16xf32>
    memref.store %v, %new[%j] : memref<16xf32>
  }
  scf.forall (%j) in (16) {
    %v = memref.load %new[%j] : memref<16xf32>
    memref.store %v, %acc[%j] : memref<16xf32>
  }
  scf.forall (%j) in (16) {
    %v = memref.load %acc[%j] : memref<16xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}

// A loop that reads what its first iteration would overwrite keeps both arrays.
// CHECK-LABEL: func.func @again
// CHECK-COUNT-2: memref.alloca
// CHECK: return
func.func @again(%y: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %acc = memref.alloca() : memref<16xf32>
  scf.forall (%j) in (16) {
    %v = memref.load %y[%j] : memref<?xf32>
    memref.store %v, %acc[%j] : memref<16xf32>
  }
  %new = memref.alloca() : memref<16xf32>
  scf.for %k = %c0 to %n step %c1 {
    scf.forall (%j) in (16) {
      %v = memref.load %acc[%j] : memref<16xf32>
      %w = arith.addf %v, %v : f32
      memref.store %w, %new[%j] : memref<16xf32>
    }
  }
  scf.forall (%j) in (16) {
    %v = memref.load %new[%j] : memref<16xf32>
    memref.store %v, %acc[%j] : memref<16xf32>
  }
  scf.forall (%j) in (16) {
    %v = memref.load %acc[%j] : memref<16xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}
