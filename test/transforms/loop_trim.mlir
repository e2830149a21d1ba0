// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-trim,canonicalize,cse)' | %FileCheck %s

// Builtins work on whole tiles behind a copy of %n elements: what is computed beyond is read by them alone.
// CHECK-LABEL: func.func @whole_tiles
// CHECK: %[[END:.+]] = arith.minsi %{{.+}}, %c256
// CHECK: scf.forall (%{{.+}}) in (%[[END]])
// CHECK: scf.for
// CHECK: scf.forall (%{{.+}}) in (%{{.+}})
// CHECK: scf.forall (%{{.+}}) in (%[[END]])
// CHECK-NOT: in (256)
func.func @whole_tiles(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %rows: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %end = arith.minsi %n, %c256 : index
  %acc = memref.alloca() : memref<256xf32>
  %row = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (256) {
    memref.store %z, %acc[%j] : memref<256xf32>
  }
  scf.for %r = %c0 to %rows step %c1 {
    scf.forall (%j) in (%end) {
      %v = memref.load %x[%j] : memref<?xf32>
      memref.store %v, %row[%j] : memref<256xf32>
    }
    scf.forall (%j) in (256) {
      %v = memref.load %row[%j] : memref<256xf32>
      %a = memref.load %acc[%j] : memref<256xf32>
      %s = arith.addf %a, %v : f32
      memref.store %s, %acc[%j] : memref<256xf32>
    }
  }
  scf.forall (%j) in (%end) {
    %v = memref.load %acc[%j] : memref<256xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}

// -----

// The last element of the tile is read as well.
// CHECK-LABEL: func.func @read_beyond
// CHECK: scf.forall (%{{.+}}) in (256)
func.func @read_beyond(%y: memref<?xf32>, %n: index, %z: f32) {
  %c255 = arith.constant 255 : index
  %c256 = arith.constant 256 : index
  %end = arith.minsi %n, %c256 : index
  %acc = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (256) {
    memref.store %z, %acc[%j] : memref<256xf32>
  }
  scf.forall (%j) in (%end) {
    %v = memref.load %acc[%j] : memref<256xf32>
    %last = memref.load %acc[%c255] : memref<256xf32>
    %s = arith.addf %last, %v : f32
    memref.store %s, %y[%j] : memref<?xf32>
  }
  return
}

// -----

// The limit is another one in each turn of the loop that the array outlives: a longer turn reads what a shorter one has written.
// CHECK-LABEL: func.func @outlives
// CHECK: scf.forall (%{{.+}}) in (256)
func.func @outlives(%y: memref<?xf32>, %n: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %acc = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (256) {
    memref.store %z, %acc[%j] : memref<256xf32>
  }
  scf.for %t = %c0 to %n step %c1 {
    %end = arith.minsi %t, %c256 : index
    scf.forall (%j) in (256) {
      %a = memref.load %acc[%j] : memref<256xf32>
      %s = arith.addf %a, %z : f32
      memref.store %s, %acc[%j] : memref<256xf32>
    }
    scf.forall (%j) in (%end) {
      %v = memref.load %acc[%j] : memref<256xf32>
      memref.store %v, %y[%j] : memref<?xf32>
    }
  }
  return
}

// -----

// One of the loops takes the neighbour's element; the other one writes what everybody sees.
// CHECK-LABEL: func.func @neighbours
// CHECK-COUNT-2: scf.forall (%{{.+}}) in (256)
func.func @neighbours(%x: memref<256xf32>, %y: memref<?xf32>, %n: index, %z: f32) {
  %c255 = arith.constant 255 : index
  %c256 = arith.constant 256 : index
  %end = arith.minsi %n, %c256 : index
  %a = memref.alloca() : memref<256xf32>
  %b = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (256) {
    memref.store %z, %a[%j] : memref<256xf32>
  }
  scf.forall (%j) in (256) {
    %mirror = arith.subi %c255, %j : index
    %v = memref.load %a[%mirror] : memref<256xf32>
    memref.store %v, %b[%j] : memref<256xf32>
    memref.store %v, %x[%j] : memref<256xf32>
  }
  scf.forall (%j) in (%end) {
    %v = memref.load %b[%j] : memref<256xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}

// -----

// The limit is another one in each turn, and each turn begins with filling the array up to it.
// CHECK-LABEL: func.func @refilled
// CHECK: scf.for
// CHECK: %[[END:.+]] = arith.minsi
// CHECK: scf.forall (%{{.+}}) in (%[[END]])
// CHECK: scf.forall (%{{.+}}) in (%[[END]])
// CHECK: scf.forall (%{{.+}}) in (%[[END]])
func.func @refilled(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %acc = memref.alloca() : memref<256xf32>
  scf.for %t = %c0 to %n step %c1 {
    %end = arith.minsi %t, %c256 : index
    scf.forall (%j) in (%end) {
      %v = memref.load %x[%j] : memref<?xf32>
      memref.store %v, %acc[%j] : memref<256xf32>
    }
    scf.forall (%j) in (256) {
      %a = memref.load %acc[%j] : memref<256xf32>
      %s = arith.addf %a, %z : f32
      memref.store %s, %acc[%j] : memref<256xf32>
    }
    scf.forall (%j) in (%end) {
      %v = memref.load %acc[%j] : memref<256xf32>
      memref.store %v, %y[%j] : memref<?xf32>
    }
  }
  return
}

// -----

// It is filled up to another number, which may be the smaller one: what lies between is the turn's before.
// CHECK-LABEL: func.func @refilled_short
// CHECK: scf.forall (%{{.+}}) in (256)
func.func @refilled_short(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %m: index, %z: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %acc = memref.alloca() : memref<256xf32>
  %short = arith.minsi %m, %c256 : index
  scf.for %t = %c0 to %n step %c1 {
    %end = arith.minsi %t, %c256 : index
    scf.forall (%j) in (%short) {
      %v = memref.load %x[%j] : memref<?xf32>
      memref.store %v, %acc[%j] : memref<256xf32>
    }
    scf.forall (%j) in (256) {
      %a = memref.load %acc[%j] : memref<256xf32>
      %s = arith.addf %a, %z : f32
      memref.store %s, %acc[%j] : memref<256xf32>
    }
    scf.forall (%j) in (%end) {
      %v = memref.load %acc[%j] : memref<256xf32>
      memref.store %v, %y[%j] : memref<?xf32>
    }
  }
  return
}

// -----

// All lanes carry a maximum, the first one alone is asked for it.
// CHECK-LABEL: func.func @lanes
// CHECK-NOT: scf.forall
// CHECK: memref.store %{{.+}}, %{{.+}}[%c0] : memref<1xf32>
func.func @lanes(%x: memref<?xf32>, %t: memref<1xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant 0xFF800000 : f32
  %peak = memref.alloca() : memref<32xf32>
  scf.forall (%lane) in (32) {
    memref.store %low, %peak[%lane] : memref<32xf32>
  }
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %x[%i] : memref<?xf32>
    scf.forall (%lane) in (32) {
      %old = memref.load %peak[%lane] : memref<32xf32>
      %new = arith.maxnumf %old, %v : f32
      memref.store %new, %peak[%lane] : memref<32xf32>
    }
  }
  %found = memref.load %peak[%c0] : memref<32xf32>
  memref.store %found, %t[%c0] : memref<1xf32>
  return
}
