// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-roll,canonicalize,cse)' | %FileCheck %s

// Two rows of a tile, filled one after the other, are a loop over rows; the third copy goes somewhere else and stays.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<?xf32>, %{{.+}}: memref<?xf32>, %[[N:[a-z0-9]+]]: index, %[[S:[a-z0-9]+]]: index
// CHECK: scf.for %[[R:.+]] = %{{.+}} to %c2
// CHECK-NEXT: scf.forall (%[[J:.+]]) in (%[[N]])
// CHECK-DAG: %[[FROM:.+]] = arith.muli %[[S]], %[[R]]
// CHECK-DAG: %[[TO:.+]] = arith.muli %[[N]], %[[R]]
// CHECK: memref.store
// CHECK-NOT: memref.store
// CHECK: scf.forall (%{{.+}}) in (%[[N]])
// CHECK: memref.store
func.func @rows(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %s: index) {
  %c100 = arith.constant 100 : index
  %t = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %t[%j] : memref<256xf32>
  }
  scf.forall (%j) in (%n) {
    %from = arith.addi %s, %j : index
    %to = arith.addi %n, %j : index
    %v = memref.load %x[%from] : memref<?xf32>
    memref.store %v, %t[%to] : memref<256xf32>
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    %to = arith.addi %j, %c100 : index
    memref.store %v, %t[%to] : memref<256xf32>
  }
  scf.forall (%j) in (%n) {
    %v = memref.load %t[%j] : memref<256xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  return
}

// -----

// The second row is longer.
// CHECK-LABEL: func.func @lengths
// CHECK-NOT: scf.for %
func.func @lengths(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %m: index) {
  %t = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %t[%j] : memref<256xf32>
  }
  scf.forall (%j) in (%m) {
    %to = arith.addi %n, %j : index
    %v = memref.load %x[%to] : memref<?xf32>
    memref.store %v, %t[%to] : memref<256xf32>
  }
  %v = memref.load %t[%n] : memref<256xf32>
  memref.store %v, %y[%n] : memref<?xf32>
  return
}

// -----

// Between the copies the source changes; and a loop that reads what the one before it wrote is not rolled either.
// CHECK-LABEL: func.func @between
// CHECK-NOT: scf.for %
func.func @between(%x: memref<?xf32>, %y: memref<?xf32>, %n: index, %z: f32) {
  %t = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %t[%j] : memref<256xf32>
  }
  memref.store %z, %x[%n] : memref<?xf32>
  scf.forall (%j) in (%n) {
    %to = arith.addi %n, %j : index
    %v = memref.load %x[%to] : memref<?xf32>
    memref.store %v, %t[%to] : memref<256xf32>
  }
  scf.forall (%j) in (%n) {
    %to = arith.addi %n, %j : index
    %v = memref.load %t[%j] : memref<256xf32>
    memref.store %v, %t[%to] : memref<256xf32>
  }
  %v = memref.load %t[%n] : memref<256xf32>
  memref.store %v, %y[%n] : memref<?xf32>
  return
}

// -----

// What is stored grows with the loop's own value: not by one amount.
// CHECK-LABEL: func.func @other_step
// CHECK-NOT: scf.for %
func.func @other_step(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) {
  %c2 = arith.constant 2 : index
  %t = memref.alloca() : memref<256xf32>
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %t[%j] : memref<256xf32>
  }
  scf.forall (%j) in (%n) {
    %twice = arith.muli %j, %c2 : index
    %to = arith.addi %n, %j : index
    %v = memref.load %x[%twice] : memref<?xf32>
    memref.store %v, %t[%to] : memref<256xf32>
  }
  %v = memref.load %t[%n] : memref<256xf32>
  memref.store %v, %y[%n] : memref<?xf32>
  return
}

// -----

// Four rows of the output are a loop over rows; the fifth, which takes from elsewhere, stays.
// CHECK-LABEL: func.func @rows_of_an_output
// CHECK: scf.for %{{.+}} = %{{.+}} to %c4
// CHECK: memref.store
// CHECK-NOT: memref.store
// CHECK: scf.forall (%{{.+}}) in (%{{.+}})
// CHECK: memref.store
// CHECK-NOT: memref.store
func.func @rows_of_an_output(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c4 = arith.constant 4 : index
  %n2 = arith.muli %n, %c2 : index
  %n3 = arith.muli %n, %c3 : index
  %n4 = arith.muli %n, %c4 : index
  scf.forall (%j) in (%n) {
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %y[%j] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %at = arith.addi %n, %j : index
    %v = memref.load %x[%at] : memref<?xf32>
    memref.store %v, %y[%at] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %at = arith.addi %n2, %j : index
    %v = memref.load %x[%at] : memref<?xf32>
    memref.store %v, %y[%at] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %at = arith.addi %n3, %j : index
    %v = memref.load %x[%at] : memref<?xf32>
    memref.store %v, %y[%at] : memref<?xf32>
  }
  scf.forall (%j) in (%n) {
    %at = arith.addi %n4, %j : index
    %v = memref.load %x[%j] : memref<?xf32>
    memref.store %v, %y[%at] : memref<?xf32>
  }
  return
}
