// RUN: %xpiler-opt %s --xpile-to=bang --emit=source | %FileCheck %s

// Tasks meet between loops that read each other's results: what a builtin writes counts as well as what a store does.
// CHECK: __bang_write_value
// CHECK: __bang_matmul
// CHECK: __sync_all_ipu();
// CHECK: __bang_maxeq_scalar
func.func @layer(%A: memref<16x24xf32>, %B: memref<24x32xf32>, %C: memref<16x32xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%C : memref<16x32xf32>)
  linalg.matmul ins(%A, %B : memref<16x24xf32>, memref<24x32xf32>) outs(%C : memref<16x32xf32>)
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]} outs(%C : memref<16x32xf32>) {
  ^bb0(%c: f32):
    %m = arith.maximumf %c, %zero : f32
    linalg.yield %m : f32
  }
  return
}
