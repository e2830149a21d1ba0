// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-induction,canonicalize,cse)' | %FileCheck %s

// A pointer that walks down a column.
// CHECK-LABEL: func.func @walks
// CHECK-SAME: index, %[[COLS:[a-z0-9]+]]: index, %[[C:[a-z0-9]+]]: index)
// CHECK: scf.for %[[R:.+]] = {{.+}} iter_args(%{{.+}} = %{{.+}}) -> (f32)
// CHECK: %[[DOWN:.+]] = arith.muli %[[COLS]], %[[R]]
// CHECK: %[[AT:.+]] = arith.addi %[[DOWN]], %[[C]]
// CHECK: memref.load %{{.+}}[%[[AT]]]
func.func @walks(%a: memref<?xf32>, %rows: index, %cols: index, %c: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %s:2 = scf.for %r = %c0 to %rows step %c1 iter_args(%acc = %z, %p = %c) -> (f32, index) {
    %x = memref.load %a[%p] : memref<?xf32>
    %next = arith.addf %acc, %x : f32
    %on = arith.addi %p, %cols : index
    scf.yield %next, %on : f32, index
  }
  return %s#0 : f32
}

// -----

// Where it ends: nowhere but at the start if the loop is empty.
// CHECK-LABEL: func.func @ends
// CHECK-SAME: memref<?xf32>, %[[N:[a-z0-9]+]]: index)
// CHECK: %[[TRIPS:.+]] = arith.maxsi %[[N]], %{{.+}}
// CHECK: %[[FAR:.+]] = arith.muli %[[TRIPS]], %{{.+}}
// CHECK: return %[[FAR]]
func.func @ends(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %r = %c0 to %n step %c1 iter_args(%p = %c0) -> (index) {
    memref.store %z, %a[%p] : memref<?xf32>
    %on = arith.addi %p, %c4 : index
    scf.yield %on : index
  }
  return %s : index
}

// -----

// A growth that changes from one iteration to the next is carried on.
// CHECK-LABEL: func.func @uneven
// CHECK: iter_args(%{{.+}} = %{{.+}}) -> (index)
func.func @uneven(%a: memref<?xf32>, %n: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %s = scf.for %r = %c0 to %n step %c1 iter_args(%p = %c0) -> (index) {
    memref.store %z, %a[%p] : memref<?xf32>
    %on = arith.addi %p, %r : index
    scf.yield %on : index
  }
  return %s : index
}

// -----

// A subscript of type int that counts along in two loops; one that may wrap is left.
// CHECK-LABEL: func.func @counts
// CHECK: scf.for %{{.+}} = {{.+}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9_]+}}) -> (f32)
// CHECK: scf.for %{{.+}} = {{.+}} iter_args(%{{[a-z0-9]+}} = %{{[a-z0-9]+}}) -> (f32)
// CHECK-LABEL: func.func @wraps
// CHECK: iter_args(%{{.+}}, %{{.+}}) -> (f32, i32)
func.func @counts(%a: memref<?xf32>, %n: index, %m: index, %first: i32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %z = arith.constant 0.0 : f32
  %s:2 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %z, %p = %first) -> (f32, i32) {
    %t:2 = scf.for %j = %c0 to %m step %c1 iter_args(%sum = %acc, %q = %p) -> (f32, i32) {
      %at = arith.index_cast %q : i32 to index
      %x = memref.load %a[%at] : memref<?xf32>
      %next = arith.addf %sum, %x : f32
      %on = arith.addi %q, %one overflow<nsw> : i32
      scf.yield %next, %on : f32, i32
    }
    scf.yield %t#0, %t#1 : f32, i32
  }
  return %s#0 : f32
}

func.func @wraps(%a: memref<?xf32>, %n: index, %first: i32) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1 : i32
  %z = arith.constant 0.0 : f32
  %s:2 = scf.for %i = %c0 to %n step %c1 iter_args(%acc = %z, %p = %first) -> (f32, i32) {
    %at = arith.index_castui %p : i32 to index
    %x = memref.load %a[%at] : memref<?xf32>
    %next = arith.addf %acc, %x : f32
    %on = arith.addi %p, %one : i32
    scf.yield %next, %on : f32, i32
  }
  return %s#0 : f32
}
