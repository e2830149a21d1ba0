// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(masked-term,canonicalize,cse)' | %FileCheck %s

// Lanes below n get one more term.
// CHECK-LABEL: func.func @selected
// CHECK: %[[TERM:.+]] = arith.select %{{.+}}, %{{.+}}, %{{.+}} : f32
// CHECK: %[[LANE:.+]] = arith.addf %{{.+}}, %[[TERM]]
// CHECK: arith.addf %{{.+}}, %[[LANE]]
func.func @selected(%parts: memref<16xf32>, %more: memref<16xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %l = %c0 to %c16 step %c1 iter_args(%acc = %z) -> (f32) {
    %a = memref.load %parts[%l] : memref<16xf32>
    %b = memref.load %more[%l] : memref<16xf32>
    %in = arith.cmpi slt, %l, %n : index
    %ab = arith.addf %a, %b : f32
    %lane = arith.select %in, %ab, %a : f32
    %next = arith.addf %acc, %lane : f32
    scf.yield %next : f32
  }
  return %s : f32
}

// -----

// The load stays where the mask allows it.
// CHECK-LABEL: func.func @branch
// CHECK: %[[TERM:.+]] = scf.if
// CHECK-NEXT: %[[B:.+]] = memref.load
// CHECK-NEXT: scf.yield %[[B]]
// CHECK: else
// CHECK-NEXT: scf.yield %{{cst.*}}
// CHECK: arith.maxnumf %{{.+}}, %[[TERM]]
func.func @branch(%parts: memref<16xf32>, %more: memref<?xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %z = arith.constant 0xFF800000 : f32
  %s = scf.for %l = %c0 to %c16 step %c1 iter_args(%acc = %z) -> (f32) {
    %a = memref.load %parts[%l] : memref<16xf32>
    %in = arith.cmpi slt, %l, %n : index
    %lane = scf.if %in -> (f32) {
      %b = memref.load %more[%l] : memref<?xf32>
      %ab = arith.maxnumf %a, %b : f32
      scf.yield %ab : f32
    } else {
      scf.yield %a : f32
    }
    %next = arith.maxnumf %acc, %lane : f32
    scf.yield %next : f32
  }
  return %s : f32
}

// -----

// Another operator than the fold's, and what is no fold, stay.
// CHECK-LABEL: func.func @other
// CHECK: arith.mulf
// CHECK-NEXT: arith.select
func.func @other(%parts: memref<16xf32>, %more: memref<16xf32>, %n: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %l = %c0 to %c16 step %c1 iter_args(%acc = %z) -> (f32) {
    %a = memref.load %parts[%l] : memref<16xf32>
    %b = memref.load %more[%l] : memref<16xf32>
    %in = arith.cmpi slt, %l, %n : index
    %ab = arith.mulf %a, %b : f32
    %lane = arith.select %in, %ab, %a : f32
    %next = arith.addf %acc, %lane : f32
    scf.yield %next : f32
  }
  return %s : f32
}
