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

// -----

// A tile kept in one dimension, filled and then copied in part, row by row: below the rows and beside the columns it is the filling.
// CHECK-LABEL: func.func @flat_padded
// CHECK-NOT: memref.alloca
// CHECK: scf.if
// CHECK: memref.load
// CHECK: else
func.func @flat_padded(%a: memref<?xf32>, %b: memref<512xf32>, %rows: index, %columns: index, %stride: index, %z: f32) {
  %c64 = arith.constant 64 : index
  %c8 = arith.constant 8 : index
  %m = arith.minsi %rows, %c8 : index
  %n = arith.minsi %columns, %c64 : index
  %t = memref.alloca() : memref<512xf32>
  scf.forall (%i) in (512) {
    memref.store %z, %t[%i] : memref<512xf32>
  }
  scf.forall (%i) in (%m) {
    scf.forall (%j) in (%n) {
      %row = arith.muli %i, %stride : index
      %from = arith.addi %row, %j : index
      %x = memref.load %a[%from] : memref<?xf32>
      %line = arith.muli %i, %c64 : index
      %to = arith.addi %line, %j : index
      memref.store %x, %t[%to] : memref<512xf32>
    }
  }
  scf.forall (%i) in (512) {
    %x = memref.load %t[%i] : memref<512xf32>
    memref.store %x, %b[%i] : memref<512xf32>
  }
  return
}

// -----

// Rows longer than the tile is wide write over the next one's beginning: which iteration wrote an element is not known.
// CHECK-LABEL: func.func @rows_overlap
// CHECK: memref.alloca
func.func @rows_overlap(%a: memref<?xf32>, %b: memref<512xf32>, %rows: index, %columns: index, %stride: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %c65 = arith.constant 65 : index
  %c8 = arith.constant 8 : index
  %m = arith.minsi %rows, %c8 : index
  %n = arith.minsi %columns, %c65 : index
  %t = memref.alloca() : memref<512xf32>
  scf.forall (%i) in (512) {
    memref.store %z, %t[%i] : memref<512xf32>
  }
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %row = arith.muli %i, %stride : index
      %from = arith.addi %row, %j : index
      %x = memref.load %a[%from] : memref<?xf32>
      %line = arith.muli %i, %c64 : index
      %to = arith.addi %line, %j : index
      memref.store %x, %t[%to] : memref<512xf32>
    }
  }
  scf.forall (%i) in (512) {
    %x = memref.load %t[%i] : memref<512xf32>
    memref.store %x, %b[%i] : memref<512xf32>
  }
  return
}

// -----

// A value with a loop in it is not computed again for each of two loads, also where one of them is in the loop around the store.
// CHECK-LABEL: func.func @computed_once
// CHECK: arith.mulf
// CHECK-NOT: arith.mulf
func.func @computed_once(%a: memref<?xf32>, %b: memref<64xf32>, %n: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %t = memref.alloca() : memref<64xf32>
  scf.forall (%i) in (16) {
    %first = arith.muli %i, %c4 : index
    scf.forall (%j) in (4) {
      %at = arith.addi %first, %j : index
      %dot = scf.for %k = %c0 to %n step %c1 iter_args(%s = %z) -> (f32) {
        %x = memref.load %a[%k] : memref<?xf32>
        %p = arith.mulf %x, %x : f32
        %q = arith.addf %s, %p : f32
        scf.yield %q : f32
      }
      memref.store %dot, %t[%at] : memref<64xf32>
    }
    %most = scf.for %j = %c0 to %c4 step %c1 iter_args(%m = %z) -> (f32) {
      %at = arith.addi %first, %j : index
      %x = memref.load %t[%at] : memref<64xf32>
      %q = arith.maxnumf %m, %x : f32
      scf.yield %q : f32
    }
    memref.store %most, %b[%i] : memref<64xf32>
  }
  scf.forall (%i) in (64) {
    %x = memref.load %t[%i] : memref<64xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %b[%i] : memref<64xf32>
  }
  return
}

// -----

// A score that a maximum takes as well is kept: computing it again would be a loop more.
// CHECK-LABEL: func.func @scores
// CHECK-COUNT-2: arith.mulf
// CHECK-NOT: arith.mulf
func.func @scores(%q: memref<64xf32>, %k: memref<?xf32>, %t: memref<16xf32>, %scale: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %c64 = arith.constant 64 : index
  %z = arith.constant 0.0 : f32
  %low = arith.constant 0xFF800000 : f32
  %kept = memref.alloca() : memref<16xf32>
  %top = scf.for %j = %c0 to %c16 step %c1 iter_args(%m = %low) -> f32 {
    %first = arith.muli %j, %c64 : index
    %s = scf.for %i = %c0 to %c64 step %c1 iter_args(%a = %z) -> f32 {
      %at = arith.addi %first, %i : index
      %x = memref.load %q[%i] : memref<64xf32>
      %y = memref.load %k[%at] : memref<?xf32>
      %p = arith.mulf %x, %y : f32
      %b = arith.addf %a, %p : f32
      scf.yield %b : f32
    }
    %d = arith.mulf %s, %scale : f32
    memref.store %d, %kept[%j] : memref<16xf32>
    %n = arith.maxnumf %m, %d : f32
    scf.yield %n : f32
  }
  scf.forall (%j) in (16) {
    %d = memref.load %kept[%j] : memref<16xf32>
    %e = arith.subf %d, %top : f32
    memref.store %e, %t[%j] : memref<16xf32>
  }
  return %top : f32
}
