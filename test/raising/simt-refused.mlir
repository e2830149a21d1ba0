// RUN: not %xpiler-opt %s --pass-pipeline='builtin.module(raise-kernels)' 2>&1 | %FileCheck %s

// CHECK: simt-refused.mlir:{{[0-9]+}}:{{[0-9]+}}: error: a barrier under a condition that differs between the threads of a block
module attributes {xpiler.target = #xpiler.target<"cuda", arch = "sm_90">} {
  func.func @k(%n: i32) attributes {xpiler.kernel} {
    %tx = cuda.thread_id x : i32
    %low = arith.cmpi ult, %tx, %n : i32
    scf.if %low {
      cuda.barrier
    }
    return
  }
  func.func @k_kernel(%n: i32) attributes {xpiler.launcher = "device"} {
    %c1 = arith.constant 1 : i32
    %c64 = arith.constant 64 : i32
    xpiler.launch @k grid(%c1, %c1, %c1) block(%c64, %c1, %c1) args(%n : i32)
    return
  }
}
