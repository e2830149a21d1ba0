// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(share-join)' | %FileCheck %s

// Rows in sixteen shares, each a little loop of rows; a loop inside a row stays what it is.
func.func @rows_in_shares(%x: memref<?x?xf32>, %n: index, %cols: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %v = arith.constant 1.0 : f32
  %each = arith.floordivsi %n, %c16 : index
  %taken = arith.muli %each, %c16 : index
  %rest = arith.subi %n, %taken : index
  %some = arith.cmpi sge, %n, %c0 : index
  scf.if %some {
    scf.forall (%t) in (16) {
      %before = arith.muli %t, %each : index
      %more = arith.minsi %t, %rest : index
      %start = arith.addi %before, %more : index
      %has = arith.cmpi slt, %t, %rest : index
      %one = arith.select %has, %c1, %c0 : index
      %length = arith.addi %each, %one : index
      scf.forall (%i) in (%length) {
        %row = arith.addi %start, %i : index
        scf.for %c = %c0 to %cols step %c1 {
          memref.store %v, %x[%row, %c] : memref<?x?xf32>
        }
      }
    }
  }
  return
}
// CHECK-LABEL: func.func @rows_in_shares
// CHECK: scf.forall (%[[ROW:.*]]) in (%arg1)
// CHECK-NOT: scf.forall
// CHECK: scf.for %[[C:.*]] =
// CHECK: memref.store %{{.*}}, %arg0[%[[ROW]], %[[C]]]

// What is stored says whose share an element is in: the shares stay.
func.func @numbered(%x: memref<?xindex>, %n: index) {
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %up = arith.addi %n, %c7 : index
  %shares = arith.floordivsi %up, %c8 : index
  scf.forall (%t) in (%shares) {
    %start = arith.muli %t, %c8 : index
    %next = arith.addi %start, %c8 : index
    %end = arith.minsi %next, %n : index
    %length = arith.subi %end, %start : index
    scf.forall (%i) in (%length) {
      %at = arith.addi %start, %i : index
      memref.store %t, %x[%at] : memref<?xindex>
    }
  }
  return
}
// CHECK-LABEL: func.func @numbered
// CHECK: scf.forall
// CHECK: scf.forall
// CHECK: memref.store %{{.*}}, %arg0

// Shares that overlap are no shares.
func.func @overlapping(%x: memref<?xf32>, %n: index) {
  %c7 = arith.constant 7 : index
  %c8 = arith.constant 8 : index
  %v = arith.constant 1.0 : f32
  %up = arith.addi %n, %c7 : index
  %shares = arith.floordivsi %up, %c8 : index
  scf.forall (%t) in (%shares) {
    %start = arith.muli %t, %c7 : index
    %next = arith.addi %start, %c8 : index
    %end = arith.minsi %next, %n : index
    %length = arith.subi %end, %start : index
    scf.forall (%i) in (%length) {
      %at = arith.addi %start, %i : index
      memref.store %v, %x[%at] : memref<?xf32>
    }
  }
  return
}
// CHECK-LABEL: func.func @overlapping
// CHECK: scf.forall
// CHECK: scf.forall

// The last share has what is left.
func.func @rest_is_last(%x: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %v = arith.constant 1.0 : f32
  %each = arith.floordivsi %n, %c16 : index
  %before = arith.muli %each, %c15 : index
  %left = arith.subi %n, %before : index
  %some = arith.cmpi sge, %n, %c0 : index
  scf.if %some {
    scf.forall (%t) in (16) {
      %start = arith.muli %t, %each : index
      %last = arith.cmpi eq, %t, %c15 : index
      %length = arith.select %last, %left, %each : index
      scf.forall (%i) in (%length) {
        %at = arith.addi %start, %i : index
        memref.store %v, %x[%at] : memref<?xf32>
      }
    }
  }
  return
}
// CHECK-LABEL: func.func @rest_is_last
// CHECK: scf.forall (%[[I:.*]]) in (%arg1)
// CHECK-NOT: scf.forall
// CHECK: memref.store %{{.*}}, %arg0[%[[I]]]

// It is the first that is longer: the second begins inside of it.
func.func @rest_is_first(%x: memref<?xf32>, %n: index) {
  %c0 = arith.constant 0 : index
  %c15 = arith.constant 15 : index
  %c16 = arith.constant 16 : index
  %v = arith.constant 1.0 : f32
  %each = arith.floordivsi %n, %c16 : index
  %before = arith.muli %each, %c15 : index
  %left = arith.subi %n, %before : index
  %some = arith.cmpi sge, %n, %c0 : index
  scf.if %some {
    scf.forall (%t) in (16) {
      %start = arith.muli %t, %each : index
      %first = arith.cmpi eq, %t, %c0 : index
      %length = arith.select %first, %left, %each : index
      scf.forall (%i) in (%length) {
        %at = arith.addi %start, %i : index
        memref.store %v, %x[%at] : memref<?xf32>
      }
    }
  }
  return
}
// CHECK-LABEL: func.func @rest_is_first
// CHECK: scf.forall
// CHECK: scf.forall

// Bytes that the body loads are no numbers of elements: they stay bytes.
func.func @bytes_in_rows(%x: memref<?xi8>, %y: memref<?xi32>, %rows: i32, %cols: i32) {
  %c0 = arith.constant 0 : index
  %h = arith.index_cast %rows : i32 to index
  %w = arith.index_cast %cols : i32 to index
  %some = arith.cmpi sge, %w, %c0 : index
  xpiler.assume %some, "a size is not negative"
  %more = arith.cmpi sge, %h, %c0 : index
  xpiler.assume %more, "a size is not negative"
  scf.forall (%i) in (%h) {
    %width = arith.index_cast %cols : i32 to index
    scf.forall (%j) in (%width) {
      %row = arith.muli %i, %w : index
      %at = arith.addi %row, %j : index
      %byte = memref.load %x[%at] : memref<?xi8>
      %wide = arith.extui %byte : i8 to i32
      memref.store %wide, %y[%at] : memref<?xi32>
    }
  }
  return
}
// CHECK-LABEL: func.func @bytes_in_rows
// CHECK: scf.forall
// CHECK-NOT: scf.forall
// CHECK: arith.extui %{{.*}} : i8 to i32
