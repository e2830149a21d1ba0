// RUN: %xpiler-opt %s --pass-pipeline='builtin.module(loop-contraction{buffer=t},canonicalize)' | %FileCheck %s
// RUN: %not %xpiler-opt %s --pass-pipeline='builtin.module(loop-contraction{buffer=u})' 2>&1 | %FileCheck %s --check-prefix=UNKNOWN

// CHECK-LABEL: func.func @shift
// CHECK-COUNT-1: memref.alloca
// CHECK-NOT: memref.alloca
// UNKNOWN: error: what 'u' holds here is not known, or may not be computed again
func.func @shift(%a: memref<?xf32>, %b: memref<?xf32>, %i0: index) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %t = memref.alloca() : memref<8xf32> loc("t")
  %u = memref.alloca() : memref<8xf32> loc("u")
  scf.forall (%i) in (8) {
    %x = memref.load %a[%i] : memref<?xf32>
    memref.store %x, %t[%i] : memref<8xf32>
  }
  %y = memref.load %a[%i0] : memref<?xf32>
  memref.store %y, %u[%i0] : memref<8xf32>
  scf.forall (%i) in (7) {
    %k = arith.addi %i, %c1 : index
    %x = memref.load %t[%k] : memref<8xf32>
    %z = memref.load %u[%i] : memref<8xf32>
    %s = arith.addf %x, %z : f32
    memref.store %s, %b[%i] : memref<?xf32>
  }
  return
}
