// RUN: %xpiler-opt %s --cse --canonicalize | %FileCheck %s

// A builtin writes its destination: the two loads are different values; a sync keeps the copy before the load.
// CHECK-LABEL: func.func @order
func.func @order(%A: memref<?xf32>, %n: i32, %i: index) -> (f32, f32) {
  %buffer = memref.alloca() : memref<64xf32, #bang.space<nram>>
  %zero = arith.constant 0 : index
  %view = xpiler.view %buffer[%zero] : memref<64xf32, #bang.space<nram>> to memref<?xf32, #bang.space<nram>>
  // CHECK: memref.load
  %0 = memref.load %buffer[%i] : memref<64xf32, #bang.space<nram>>
  // CHECK: bang.memcpy
  bang.memcpy %view, %A, %n <gdram2nram> async : memref<?xf32, #bang.space<nram>>, memref<?xf32>
  // CHECK: bang.sync<io>
  bang.sync<io>
  // CHECK: memref.load
  %1 = memref.load %buffer[%i] : memref<64xf32, #bang.space<nram>>
  return %0, %1 : f32, f32
}
