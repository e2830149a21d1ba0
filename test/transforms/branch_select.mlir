// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(branch-select,float-flags,canonicalize,cse)' | %FileCheck %s

// Both sides are cheap: a choice.
// CHECK-LABEL: func.func @sign
// CHECK-NOT: scf.if
// CHECK: %[[NEGATIVE:.+]] = arith.select
// CHECK: arith.select %{{.+}}, %{{.+}}, %[[NEGATIVE]] : f32
func.func @sign(%x: f32) -> f32 {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %minus = arith.constant -1.0 : f32
  %above = arith.cmpf ogt, %x, %zero : f32
  %s = scf.if %above -> (f32) {
    scf.yield %one : f32
  } else {
    %below = arith.cmpf olt, %x, %zero : f32
    %t = arith.select %below, %minus, %zero : f32
    scf.yield %t : f32
  }
  return %s : f32
}

// -----

// A load may be out of bounds where the branch is not taken.
// CHECK-LABEL: func.func @guarded
// CHECK: scf.if
// CHECK: memref.load
func.func @guarded(%a: memref<?xf32>, %i: index, %inside: i1) -> f32 {
  %zero = arith.constant 0.0 : f32
  %s = scf.if %inside -> (f32) {
    %v = memref.load %a[%i] : memref<?xf32>
    scf.yield %v : f32
  } else {
    scf.yield %zero : f32
  }
  return %s : f32
}

// -----

// A number of truths is one in floats.
// CHECK-LABEL: func.func @counted
// CHECK-NOT: sitofp
// CHECK: arith.subf
func.func @counted(%p: i1, %q: i1) -> f32 {
  %a = arith.extui %p : i1 to i32
  %b = arith.extui %q : i1 to i32
  %d = arith.subi %a, %b : i32
  %f = arith.sitofp %d : i32 to f32
  return %f : f32
}

// -----

// Without a sign, minus one is a large number.
// CHECK-LABEL: func.func @unsigned
// CHECK: arith.uitofp
func.func @unsigned(%p: i1, %q: i1) -> f32 {
  %a = arith.extui %p : i1 to i32
  %b = arith.extui %q : i1 to i32
  %d = arith.subi %a, %b : i32
  %f = arith.uitofp %d : i32 to f32
  return %f : f32
}
