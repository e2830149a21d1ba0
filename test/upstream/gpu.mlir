// RUN: %xpiler-opt %s --split-input-file --xpile-to=shared | %FileCheck %s
// RUN: %xpiler-opt %s --split-input-file --xpile-to=bang --emit=source | %FileCheck %s --check-prefix=BANG

// A launch with shared memory and a barrier: blocks and threads are loops, the shared array is gone.
// CHECK-LABEL: func.func @reverse(
// CHECK: xpiler.call @reverse_kernel
// CHECK-LABEL: func.func @reverse_kernel(
// CHECK: scf.forall (%{{.*}}) in (4)
// CHECK: scf.forall (%{{.*}}) in (64)
// CHECK-NOT: gpu.
// BANG: __mlu_global__ void reverse_kernel(const float *A, float *B)
func.func @reverse(%A: memref<256xf32>, %B: memref<256xf32>) {
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c64 = arith.constant 64 : index
  gpu.launch blocks(%bx, %by, %bz) in (%gx = %c4, %gy = %c1, %gz = %c1)
             threads(%tx, %ty, %tz) in (%sx = %c64, %sy = %c1, %sz = %c1)
             workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) {
    %base = arith.muli %bx, %sx : index
    %i = arith.addi %base, %tx : index
    %x = memref.load %A[%i] : memref<256xf32>
    memref.store %x, %s[%tx] : memref<64xf32, #gpu.address_space<workgroup>>
    gpu.barrier
    %c63 = arith.constant 63 : index
    %r = arith.subi %c63, %tx : index
    %y = memref.load %s[%r] : memref<64xf32, #gpu.address_space<workgroup>>
    memref.store %y, %B[%i] : memref<256xf32>
    gpu.terminator
  }
  return
}

// -----

// An outlined kernel, two-dimensional indices, an exchange between lanes, a scalar of type index.
// CHECK-LABEL: func.func @lanes(
// CHECK-SAME: i64 {xpiler.ctype = "int64_t"
// CHECK: scf.forall
// CHECK-LABEL: func.func @start(
// CHECK: xpiler.call @lanes args(%{{.*}}, %{{.*}} : memref<?xf32>, i64)
module attributes {gpu.container_module} {
  gpu.module @kernels {
    gpu.func @lanes(%A: memref<4x32xf32>, %n: index) kernel {
      %row = gpu.block_id x
      %lane = gpu.thread_id x
      %x = memref.load %A[%row, %lane] : memref<4x32xf32>
      %one = arith.constant 1 : i32
      %width = arith.constant 32 : i32
      %y, %valid = gpu.shuffle xor %x, %one, %width : f32
      %z = arith.addf %x, %y : f32
      %inside = arith.cmpi slt, %lane, %n : index
      scf.if %inside {
        memref.store %z, %A[%row, %lane] : memref<4x32xf32>
      }
      gpu.return
    }
  }
  func.func @start(%A: memref<4x32xf32>) {
    %c1 = arith.constant 1 : index
    %c4 = arith.constant 4 : index
    %c30 = arith.constant 30 : index
    %c32 = arith.constant 32 : index
    gpu.launch_func @kernels::@lanes blocks in (%c4, %c1, %c1) threads in (%c32, %c1, %c1) args(%A : memref<4x32xf32>, %c30 : index)
    return
  }
}
