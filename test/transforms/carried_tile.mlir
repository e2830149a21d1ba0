// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(carried-tile,canonicalize,cse)' | %FileCheck %s

// The registers' order is [q][c] for element [c][q] of the tile.
// CHECK-LABEL: func.func @accumulators
// CHECK: %[[REGISTERS:.+]] = memref.alloca() : memref<64xf32>
// CHECK: %[[TILE:.+]] = memref.alloca() : memref<4x16xf32>
// CHECK: scf.forall (%{{.+}}) in (4)
// CHECK: memref.load %[[REGISTERS]]
// CHECK: memref.store %{{.+}}, %[[TILE]]
// CHECK: scf.for
// CHECK-NOT: %[[REGISTERS]][
// CHECK: arith.addf
// CHECK: scf.forall (%{{.+}}) in (4)
// CHECK: memref.load %[[TILE]]
// CHECK: memref.store %{{.+}}, %[[REGISTERS]]
func.func @accumulators(%a: memref<?xf32>, %n: index, %i: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %registers = memref.alloca() : memref<64xf32>
  scf.forall (%q) in (64) { memref.store %x, %registers[%q] : memref<64xf32> }
  scf.for %k = %c0 to %n step %c1 {
    %tile = memref.alloca() : memref<4x16xf32>
    scf.forall (%c) in (4) {
      scf.forall (%q) in (16) {
        %p = arith.muli %q, %c4 : index
        %at = arith.addi %p, %c : index
        %v = memref.load %registers[%at] : memref<64xf32>
        memref.store %v, %tile[%c, %q] : memref<4x16xf32>
      }
    }
    scf.forall (%c) in (4) {
      scf.forall (%q) in (16) {
        %v = memref.load %tile[%c, %q] : memref<4x16xf32>
        %w = memref.load %a[%k] : memref<?xf32>
        %s = arith.addf %v, %w : f32
        memref.store %s, %tile[%c, %q] : memref<4x16xf32>
      }
    }
    scf.forall (%c) in (4) {
      scf.forall (%q) in (16) {
        %p = arith.muli %q, %c4 : index
        %at = arith.addi %p, %c : index
        %v = memref.load %tile[%c, %q] : memref<4x16xf32>
        memref.store %v, %registers[%at] : memref<64xf32>
      }
    }
  }
  %y = memref.load %registers[%i] : memref<64xf32>
  return %y : f32
}

// -----

// The copies go over different elements: what comes back is moved by one.
// CHECK-LABEL: func.func @moved
// CHECK: scf.for
// CHECK: memref.alloca() : memref<16xf32>
func.func @moved(%n: index, %i: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %registers = memref.alloca() : memref<17xf32>
  scf.forall (%q) in (17) { memref.store %x, %registers[%q] : memref<17xf32> }
  scf.for %k = %c0 to %n step %c1 {
    %tile = memref.alloca() : memref<16xf32>
    scf.forall (%q) in (16) {
      %v = memref.load %registers[%q] : memref<17xf32>
      memref.store %v, %tile[%q] : memref<16xf32>
    }
    scf.forall (%q) in (16) {
      %at = arith.addi %q, %c1 : index
      %v = memref.load %tile[%q] : memref<16xf32>
      memref.store %v, %registers[%at] : memref<17xf32>
    }
  }
  %y = memref.load %registers[%i] : memref<17xf32>
  return %y : f32
}

// -----

// The tile is written again behind the copy out of it: the next iteration must not see that.
// CHECK-LABEL: func.func @written_behind
// CHECK: scf.for
// CHECK: memref.alloca() : memref<16xf32>
func.func @written_behind(%t: memref<?xf32>, %n: index, %i: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %registers = memref.alloca() : memref<16xf32>
  scf.forall (%q) in (16) { memref.store %x, %registers[%q] : memref<16xf32> }
  scf.for %k = %c0 to %n step %c1 {
    %tile = memref.alloca() : memref<16xf32>
    scf.forall (%q) in (16) {
      %v = memref.load %registers[%q] : memref<16xf32>
      memref.store %v, %tile[%q] : memref<16xf32>
    }
    scf.forall (%q) in (16) {
      %v = memref.load %tile[%q] : memref<16xf32>
      memref.store %v, %registers[%q] : memref<16xf32>
    }
    memref.store %x, %tile[%c0] : memref<16xf32>
    %w = memref.load %tile[%c0] : memref<16xf32>
    memref.store %w, %t[%k] : memref<?xf32>
  }
  %y = memref.load %registers[%i] : memref<16xf32>
  return %y : f32
}

// -----

// The array is read in the loop as well: it must hold what it held.
// CHECK-LABEL: func.func @read_between
// CHECK: scf.for
// CHECK: memref.alloca() : memref<16xf32>
func.func @read_between(%t: memref<?xf32>, %n: index, %i: index, %x: f32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %registers = memref.alloca() : memref<16xf32>
  scf.forall (%q) in (16) { memref.store %x, %registers[%q] : memref<16xf32> }
  scf.for %k = %c0 to %n step %c1 {
    %tile = memref.alloca() : memref<16xf32>
    scf.forall (%q) in (16) {
      %v = memref.load %registers[%q] : memref<16xf32>
      %s = arith.addf %v, %x : f32
      memref.store %s, %tile[%q] : memref<16xf32>
    }
    %w = memref.load %registers[%c0] : memref<16xf32>
    memref.store %w, %t[%k] : memref<?xf32>
    scf.forall (%q) in (16) {
      %v = memref.load %tile[%q] : memref<16xf32>
      memref.store %v, %registers[%q] : memref<16xf32>
    }
  }
  %y = memref.load %registers[%i] : memref<16xf32>
  return %y : f32
}
