// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(array-forward,dead-store,canonicalize,cse)' | %FileCheck %s

// A tile read transposed is the source read transposed.
// CHECK-LABEL: func.func @tile
// CHECK-NOT: memref.alloca
// CHECK: scf.forall (%[[I:.+]]) in (32)
// CHECK: scf.forall (%[[J:.+]]) in (32)
// CHECK: %[[X:.+]] = memref.load %{{.+}}[%[[J]], %[[I]]]
// CHECK: memref.store %[[X]], %{{.+}}[%[[I]], %[[J]]]
func.func @tile(%a: memref<32x32xf32>, %b: memref<32x32xf32>) {
  %t = memref.alloca() : memref<32x33xf32>
  scf.forall (%i) in (32) {
    scf.forall (%j) in (32) {
      %x = memref.load %a[%i, %j] : memref<32x32xf32>
      memref.store %x, %t[%i, %j] : memref<32x33xf32>
    }
  }
  scf.forall (%i) in (32) {
    scf.forall (%j) in (32) {
      %x = memref.load %t[%j, %i] : memref<32x33xf32>
      memref.store %x, %b[%i, %j] : memref<32x32xf32>
    }
  }
  return
}

// -----

// Only 31 columns were filled: the last one is not the source's.
// CHECK-LABEL: func.func @short
// CHECK: memref.alloca
func.func @short(%a: memref<32xf32>, %b: memref<32xf32>) {
  %t = memref.alloca() : memref<32xf32>
  scf.forall (%i) in (31) {
    %x = memref.load %a[%i] : memref<32xf32>
    memref.store %x, %t[%i] : memref<32xf32>
  }
  scf.forall (%i) in (32) {
    %x = memref.load %t[%i] : memref<32xf32>
    memref.store %x, %b[%i] : memref<32xf32>
  }
  return
}

// -----

// The source is overwritten between the copy and its use.
// CHECK-LABEL: func.func @overwritten
// CHECK: memref.alloca
func.func @overwritten(%a: memref<32xf32>, %b: memref<32xf32>, %z: f32) {
  %t = memref.alloca() : memref<32xf32>
  scf.forall (%i) in (32) {
    %x = memref.load %a[%i] : memref<32xf32>
    memref.store %x, %t[%i] : memref<32xf32>
  }
  scf.forall (%i) in (32) {
    memref.store %z, %a[%i] : memref<32xf32>
  }
  scf.forall (%i) in (32) {
    %x = memref.load %t[%i] : memref<32xf32>
    memref.store %x, %b[%i] : memref<32xf32>
  }
  return
}
