// RUN: %xpiler-opt %s --cse --canonicalize --loop-invariant-code-motion | %FileCheck %s

// A load must not move across a barrier, and pure indices are one.
// CHECK-LABEL: func.func @barrier
func.func @barrier(%A: memref<32xf32, #hip.space<shared>>, %i: index) -> (f32, f32, i32) {
  // CHECK: memref.load
  // CHECK: hip.barrier
  // CHECK: memref.load
  // CHECK: hip.thread_id x
  // CHECK-NOT: hip.thread_id x
  %0 = memref.load %A[%i] : memref<32xf32, #hip.space<shared>>
  hip.barrier
  %1 = memref.load %A[%i] : memref<32xf32, #hip.space<shared>>
  %2 = hip.thread_id x : i32
  %3 = hip.thread_id x : i32
  %4 = arith.addi %2, %3 : i32
  return %0, %1, %4 : f32, f32, i32
}

// Lane collectives are not merged, dropped, or moved out of a loop.
// CHECK-LABEL: func.func @collective
func.func @collective(%v: f32, %lane: i32, %width: i32, %n: index) {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  // CHECK: scf.for
  // CHECK-COUNT-2: hip.shuffle<xor>
  // CHECK: }
  scf.for %i = %zero to %n step %one {
    %0 = hip.shuffle<xor> %v, %lane, %width : f32
    %1 = hip.shuffle<xor> %v, %lane, %width : f32
  }
  return
}
