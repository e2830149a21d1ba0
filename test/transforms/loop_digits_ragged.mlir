// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-digits{ragged=true},canonicalize,cse)' | %FileCheck %s

// A flat index is a row and a column.
// CHECK-LABEL: func.func @flat
// CHECK: scf.forall
// CHECK: scf.forall
// CHECK-NOT: floordivsi
// CHECK: memref.store
func.func @flat(%a: memref<?xf32>, %b: memref<?xf32>, %n: index, %width: index) {
  %c0 = arith.constant 0 : index
  %some = arith.cmpi sge, %width, %c0 : index
  xpiler.assume %some, "a size is not negative"
  scf.forall (%i) in (%n) {
    %row = arith.floordivsi %i, %width : index
    %x = memref.load %b[%row] : memref<?xf32>
    memref.store %x, %a[%i] : memref<?xf32>
  }
  return
}

// -----

// The digits of a thread's number are none of its elements', which lie 256 apart.
// CHECK-LABEL: func.func @strided
// CHECK: scf.forall (%{{.+}}) in (256)
// CHECK-NEXT: scf.for
// CHECK: floordivsi
func.func @strided(%a: memref<?xf32>, %b: memref<?xf32>, %n: index, %width: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c256 = arith.constant 256 : index
  %some = arith.cmpi sge, %width, %c0 : index
  xpiler.assume %some, "a size is not negative"
  scf.forall (%t) in (256) {
    scf.for %k = %c0 to %n step %c1 {
      %far = arith.muli %k, %c256 : index
      %i = arith.addi %far, %t : index
      %row = arith.floordivsi %i, %width : index
      %x = memref.load %b[%row] : memref<?xf32>
      memref.store %x, %a[%i] : memref<?xf32>
    }
  }
  return
}
