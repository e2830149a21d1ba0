// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(raise-kernels,canonicalize,cse)' | %FileCheck %s

// Blocks are a parallel loop, in it one parallel loop over the threads for each phase between barriers. The value kept
// over the barrier has one element a thread; the launch is a call.
// CHECK-LABEL: func.func @mirror
// CHECK: scf.forall (%{{.+}}) in (%{{.+}}) {
// CHECK: %[[SHARED:.+]] = memref.alloca() : memref<64xf32>
// CHECK: %[[KEPT:.+]] = memref.alloca() : memref<64xf32>
// CHECK: scf.forall (%[[T:.+]]) in (64)
// CHECK: %[[A:.+]] = memref.load
// CHECK-DAG: memref.store %[[A]], %[[KEPT]][%[[T]]]
// CHECK-DAG: memref.store %[[A]], %[[SHARED]][%[[T]]]
// CHECK: scf.forall (%[[U:.+]]) in (64)
// CHECK: memref.load %[[SHARED]]
// CHECK: memref.load %[[KEPT]][%[[U]]]
// CHECK-NOT: cuda.
// CHECK: xpiler.call @mirror
module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">} {
  func.func @mirror(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
    %shared = memref.alloca() : memref<64xf32, #cuda.space<shared>>
    %c63 = arith.constant 63 : i32
    %c64 = arith.constant 64 : i32
    %tx = cuda.thread_id x : i32
    %bx = cuda.block_id x : i32
    %first = arith.muli %bx, %c64 : i32
    %i = arith.addi %first, %tx : i32
    %at = arith.index_castui %i : i32 to index
    %ti = arith.index_castui %tx : i32 to index
    %a = memref.load %A[%at] : memref<?xf32>
    memref.store %a, %shared[%ti] : memref<64xf32, #cuda.space<shared>>
    cuda.barrier
    %o = arith.subi %c63, %tx : i32
    %oi = arith.index_castui %o : i32 to index
    %b = memref.load %shared[%oi] : memref<64xf32, #cuda.space<shared>>
    %c = arith.addf %a, %b : f32
    memref.store %c, %T[%at] : memref<?xf32>
    return
  }
  func.func @mirror_kernel(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.launcher = "device"} {
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    xpiler.launch @mirror grid(%n, %c1, %c1) block(%c64, %c1, %c1) args(%A, %T, %n : memref<?xf32>, memref<?xf32>, i32)
    return
  }
}
