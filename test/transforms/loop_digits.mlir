// RUN: %xpiler-opt %s --split-input-file --pass-pipeline='builtin.module(loop-digits,canonicalize,cse)' | %FileCheck %s

// The sum of a channel over a batch, counted through: images and pixels.
// CHECK-LABEL: func.func @channel
// CHECK-SAME: %[[N:[a-z0-9]+]]: index, %[[HW:[a-z0-9]+]]: index
// CHECK: scf.for %{{.+}} = %c0 to %[[N]]
// CHECK: scf.for %{{.+}} = %c0 to %[[HW]]
// CHECK-NOT: floordivsi
func.func @channel(%x: memref<?xf32>, %n: index, %hw: index, %c: index) -> f32 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %some = arith.cmpi sge, %hw, %c1 : index
  xpiler.assume %some, "a size is one or more"
  %total = arith.muli %n, %hw : index
  %s = scf.for %j = %c0 to %total step %c1 iter_args(%v = %z) -> f32 {
    %image = arith.floordivsi %j, %hw : index
    %pixel = arith.remui %j, %hw : index
    %plane = arith.muli %image, %c : index
    %row = arith.muli %plane, %hw : index
    %at = arith.addi %row, %pixel : index
    %e = memref.load %x[%at] : memref<?xf32>
    %w = arith.addf %v, %e : f32
    scf.yield %w : f32
  }
  return %s : f32
}
