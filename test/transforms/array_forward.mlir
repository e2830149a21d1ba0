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

// -----

// A tile filled with one value and then overwritten in part is read as a choice between the two.
// CHECK-LABEL: func.func @padded
// CHECK-SAME: %[[A:[a-z0-9]+]]: memref<?xf32>, %{{.+}}: memref<64xf32>, %[[N:[a-z0-9]+]]: index, %[[Z:[a-z0-9]+]]: f32
// CHECK-NOT: memref.alloca
// CHECK: scf.forall (%[[I:.+]]) in (64)
// CHECK: %[[INSIDE:.+]] = arith.cmpi sge, %[[N]], %{{.+}}
// CHECK: scf.if %[[INSIDE]]
// CHECK-NEXT: memref.load %[[A]][%[[I]]]
// CHECK: else
// CHECK-NEXT: scf.yield %[[Z]]
func.func @padded(%a: memref<?xf32>, %b: memref<64xf32>, %n: index, %z: f32) {
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (64) {
    memref.store %z, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : memref<?xf32>
    memref.store %x, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %b[%i] : memref<64xf32>
  }
  return
}

// -----

// The filling stops short of the end: what lies there is neither.
// CHECK-LABEL: func.func @padded_short
// CHECK: memref.alloca
func.func @padded_short(%a: memref<?xf32>, %b: memref<64xf32>, %n: index, %z: f32) {
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (63) {
    memref.store %z, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (%n) {
    %x = memref.load %a[%i] : memref<?xf32>
    memref.store %x, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %b[%i] : memref<64xf32>
  }
  return
}

// -----

// Only every n-th row is overwritten, under a condition that is no range: both stores stay.
// CHECK-LABEL: func.func @overwritten_under_condition
// CHECK: memref.alloca
func.func @overwritten_under_condition(%a: memref<64xf32>, %b: memref<64xf32>, %c: memref<64xi1>, %z: f32) {
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (64) {
    memref.store %z, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    %x = memref.load %a[%i] : memref<64xf32>
    %p = memref.load %c[%i] : memref<64xi1>
    scf.if %p {
      memref.store %x, %t[%i] : memref<64xf32>
    }
  }
  scf.forall (%i) in (64) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %b[%i] : memref<64xf32>
  }
  return
}

// -----

// The filling reads what is overwritten in between.
// CHECK-LABEL: func.func @filling_is_stale
// CHECK: memref.alloca
func.func @filling_is_stale(%a: memref<64xf32>, %b: memref<64xf32>, %n: index, %z: f32) {
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (64) {
    %x = memref.load %a[%i] : memref<64xf32>
    memref.store %x, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    memref.store %z, %a[%i] : memref<64xf32>
  }
  scf.forall (%i) in (%n) {
    memref.store %z, %t[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    %x = memref.load %t[%i] : memref<64xf32>
    memref.store %x, %b[%i] : memref<64xf32>
  }
  return
}
