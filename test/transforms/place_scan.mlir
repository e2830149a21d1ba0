// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(place-scan,canonicalize,cse)' | %FileCheck %s

// Looking backwards for the greatest element ends with the first: the loop that finds it can keep where it stood.
// CHECK-LABEL: func.func @first
// CHECK-COUNT-1: scf.for %
// CHECK-NOT: scf.for %
// CHECK: arith.cmpf ogt
func.func @first(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant 0xFF800000 : f32
  %m = scf.for %j = %c0 to %n step %c1 iter_args(%v = %low) -> f32 {
    %x = memref.load %a[%j] : memref<?xf32>
    %y = arith.maxnumf %v, %x : f32
    scf.yield %y : f32
  }
  %p = scf.for %j = %c0 to %n step %c1 iter_args(%q = %c0) -> index {
    %0 = arith.subi %n, %j : index
    %k = arith.subi %0, %c1 : index
    %x = memref.load %a[%k] : memref<?xf32>
    %same = arith.cmpf oeq, %x, %m : f32
    %z = arith.select %same, %k, %q : index
    scf.yield %z : index
  }
  return %p : index
}

// -----

// Looking forwards it ends with the last.
// CHECK-LABEL: func.func @last
// CHECK-COUNT-2: scf.for %
func.func @last(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant 0xFF800000 : f32
  %m = scf.for %j = %c0 to %n step %c1 iter_args(%v = %low) -> f32 {
    %x = memref.load %a[%j] : memref<?xf32>
    %y = arith.maxnumf %v, %x : f32
    scf.yield %y : f32
  }
  %p = scf.for %j = %c0 to %n step %c1 iter_args(%q = %c0) -> index {
    %x = memref.load %a[%j] : memref<?xf32>
    %same = arith.cmpf oeq, %x, %m : f32
    %z = arith.select %same, %j, %q : index
    scf.yield %z : index
  }
  return %p : index
}

// -----

// A greatest element that is no greater than 1 is found by the search alone, where it is 1.
// CHECK-LABEL: func.func @begins_with_a_number
// CHECK-COUNT-2: scf.for %
func.func @begins_with_a_number(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %m = scf.for %j = %c0 to %n step %c1 iter_args(%v = %one) -> f32 {
    %x = memref.load %a[%j] : memref<?xf32>
    %y = arith.maxnumf %v, %x : f32
    scf.yield %y : f32
  }
  %p = scf.for %j = %c0 to %n step %c1 iter_args(%q = %c0) -> index {
    %0 = arith.subi %n, %j : index
    %k = arith.subi %0, %c1 : index
    %x = memref.load %a[%k] : memref<?xf32>
    %same = arith.cmpf oeq, %x, %m : f32
    %z = arith.select %same, %k, %q : index
    scf.yield %z : index
  }
  return %p : index
}

// -----

// Another array is searched.
// CHECK-LABEL: func.func @elsewhere
// CHECK-COUNT-2: scf.for %
func.func @elsewhere(%a: memref<?xf32>, %b: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %low = arith.constant 0xFF800000 : f32
  %m = scf.for %j = %c0 to %n step %c1 iter_args(%v = %low) -> f32 {
    %x = memref.load %a[%j] : memref<?xf32>
    %y = arith.maxnumf %v, %x : f32
    scf.yield %y : f32
  }
  %p = scf.for %j = %c0 to %n step %c1 iter_args(%q = %c0) -> index {
    %0 = arith.subi %n, %j : index
    %k = arith.subi %0, %c1 : index
    %x = memref.load %b[%k] : memref<?xf32>
    %same = arith.cmpf oeq, %x, %m : f32
    %z = arith.select %same, %k, %q : index
    scf.yield %z : index
  }
  return %p : index
}

// -----

// The search begins with a place that is not the first: where all elements are that infinity, it is still the first that is found.
// CHECK-LABEL: func.func @begins_elsewhere
// CHECK-COUNT-2: scf.for %
func.func @begins_elsewhere(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %none = arith.constant -1 : index
  %low = arith.constant 0xFF800000 : f32
  %m = scf.for %j = %c0 to %n step %c1 iter_args(%v = %low) -> f32 {
    %x = memref.load %a[%j] : memref<?xf32>
    %y = arith.maxnumf %v, %x : f32
    scf.yield %y : f32
  }
  %p = scf.for %j = %c0 to %n step %c1 iter_args(%q = %none) -> index {
    %0 = arith.subi %n, %j : index
    %k = arith.subi %0, %c1 : index
    %x = memref.load %a[%k] : memref<?xf32>
    %same = arith.cmpf oeq, %x, %m : f32
    %z = arith.select %same, %k, %q : index
    scf.yield %z : index
  }
  return %p : index
}
