// RUN: %mlir-opt-plugin %s --pass-pipeline='builtin.module(canonicalize,xpile{to=bang},cse)' | %FileCheck %s
// RUN: %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=bang arch=mtp_372 source-output=%t.mlu})' | %FileCheck %s --check-prefix=ARCH
// RUN: %FileCheck %s --check-prefix=TEXT --input-file=%t.mlu
// RUN: %mlir-opt-plugin %s --pass-pipeline='builtin.module(xpile{to=upstream})' | %mlir-opt | %FileCheck %s --check-prefix=UPSTREAM

// The pass stands among upstream's; its result is the other platform's form, its text goes to a file.
// CHECK: #xpiler.target<"bang", arch = "mtp_592">
// CHECK: func.func @doubled
// CHECK: bang.memcpy
// CHECK: bang.binary<add>
// ARCH: #xpiler.target<"bang", arch = "mtp_372">
// TEXT: __mlu_global__ void doubled(const float *A, float *B)
// TEXT: __bang_add
// UPSTREAM: func.func @doubled(%{{.*}}: memref<?xf32>, %{{.*}}: memref<?xf32>)
// UPSTREAM-NOT: xpiler
func.func @doubled(%A: memref<8x128xf32>, %B: memref<8x128xf32>) {
  linalg.add ins(%A, %A : memref<8x128xf32>, memref<8x128xf32>) outs(%B : memref<8x128xf32>)
  return
}
