// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(func.func(value-anew))' | %FileCheck %s

// The exponentials that wait in the output are worked out where they are read, and stored nowhere.
// CHECK-LABEL: func.func @softmax
// CHECK: scf.for
// CHECK-NEXT: memref.load %[[X:.*]][
// CHECK: math.exp
// CHECK: arith.addf
// CHECK: scf.forall
// CHECK: math.exp
// CHECK: memref.store %{{.*}}, %[[T:.*]][
// CHECK-NOT: memref.store
// CHECK-LABEL: func.func @read_elsewhere
func.func @softmax(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %d = arith.subf %v, %m : f32
    %e = math.exp %d : f32
    memref.store %e, %t[%j] : memref<?xf32>
  }
  %s = scf.for %i = %c0 to %n step %c1 iter_args(%a = %zero) -> (f32) {
    %e = memref.load %t[%i] : memref<?xf32>
    %r = arith.addf %a, %e : f32
    scf.yield %r : f32
  }
  scf.forall (%j) in (%n) {
    %e = memref.load %t[%j] : memref<?xf32>
    %q = arith.divf %e, %s : f32
    memref.store %q, %t[%j] : memref<?xf32>
  }
  return
}

// A value that is read after it has been overwritten is another one: nothing changes.
// CHECK: memref.store
// CHECK: memref.store
// CHECK-LABEL: func.func @shorter
func.func @read_elsewhere(%x: memref<?xf32>, %t: memref<?xf32>, %u: memref<?xf32>, %m: f32, %n: index) {
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %e = math.exp %v : f32
    memref.store %e, %t[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %e = memref.load %t[%j] : memref<?xf32>
    %q = arith.divf %e, %m : f32
    memref.store %q, %t[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %e = memref.load %t[%j] : memref<?xf32>
    memref.store %e, %u[%j] : memref<?xf32>
  }
  return
}

// Elements that the later loop does not overwrite are the caller's: they stay.
// CHECK: memref.store
// CHECK: memref.store
// CHECK-LABEL: func.func @changed_input
func.func @shorter(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index, %k: index) {
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %e = math.exp %v : f32
    memref.store %e, %t[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%k) {
    %e = memref.load %t[%j] : memref<?xf32>
    %q = arith.divf %e, %m : f32
    memref.store %q, %t[%j] : memref<?xf32>
  }
  return
}

// What the value is made of has changed in between.
// CHECK: memref.store %{{.*}}, %[[T:.*]][
// CHECK: memref.store
// CHECK: memref.load %[[T]][
// CHECK: memref.store
func.func @changed_input(%x: memref<?xf32>, %t: memref<?xf32>, %m: f32, %n: index) {
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %e = math.exp %v : f32
    memref.store %e, %t[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    memref.store %m, %x[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %e = memref.load %t[%j] : memref<?xf32>
    %q = arith.divf %e, %m : f32
    memref.store %q, %t[%j] : memref<?xf32>
  }
  return
}
