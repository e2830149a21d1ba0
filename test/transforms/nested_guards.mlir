// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(func.func(canonical-form))' | %FileCheck %s

// The right side of && that reads memory becomes a branch inside of the left side's.
// CHECK-LABEL: func.func @masked
// CHECK: scf.forall (%[[I:.+]]) in (%{{.+}}) {
// CHECK-NEXT: %[[IN:.+]] = arith.cmpi slt, %[[I]]
// CHECK-NEXT: scf.if %[[IN]] {
// CHECK-NEXT: %[[M:.+]] = memref.load %{{.+}}[%[[I]]] : memref<?xi8>
// CHECK-NEXT: %[[T:.+]] = arith.cmpi ne, %[[M]]
// CHECK-NEXT: scf.if %[[T]] {
// CHECK-NEXT: memref.store
func.func @masked(%x: memref<?xf32>, %mask: memref<?xi8>, %v: f32, %n: index, %threads: index) {
  %zero = arith.constant 0 : i8
  %false = arith.constant false
  scf.forall (%i) in (%threads) {
    %in = arith.cmpi slt, %i, %n : index
    %both = scf.if %in -> (i1) {
      %m = memref.load %mask[%i] : memref<?xi8>
      %t = arith.cmpi ne, %m, %zero : i8
      scf.yield %t : i1
    } else {
      scf.yield %false : i1
    }
    scf.if %both {
      memref.store %v, %x[%i] : memref<?xf32>
    }
  }
  return
}

// Not where memory is written between: the right side would read what is written.
// CHECK-LABEL: func.func @written_between
// CHECK: %[[BOTH:.+]] = scf.if
// CHECK: memref.store
// CHECK: scf.if %[[BOTH]]
func.func @written_between(%x: memref<?xf32>, %mask: memref<?xi8>, %v: f32, %in: i1, %i: index) {
  %zero = arith.constant 0 : i8
  %false = arith.constant false
  %both = scf.if %in -> (i1) {
    %m = memref.load %mask[%i] : memref<?xi8>
    %t = arith.cmpi ne, %m, %zero : i8
    scf.yield %t : i1
  } else {
    scf.yield %false : i1
  }
  memref.store %zero, %mask[%i] : memref<?xi8>
  scf.if %both {
    memref.store %v, %x[%i] : memref<?xf32>
  }
  return
}
