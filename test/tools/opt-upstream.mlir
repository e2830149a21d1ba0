// RUN: %xpiler-opt %s --split-input-file --xpile-to=shared | %FileCheck %s
// RUN: %mlir-opt %s --canonicalize --split-input-file | %xpiler-opt --split-input-file --xpile-to=vnni --emit=source | %FileCheck %s --check-prefix=TEXT

// Plain linalg on memrefs becomes a kernel in shared form: flat parameters, their extents stated.
// CHECK: module attributes {xpiler.origin = #xpiler.target<"vnni">, xpiler.target = #xpiler.target<"shared">}
// CHECK: func.func @scale(%[[A:.*]]: memref<?xf32> {xpiler.ctype = "const float *", xpiler.name = "A"}, %[[B:.*]]: memref<?xf32> {xpiler.ctype = "float *", xpiler.name = "B"}) attributes {xpiler.kernel, xpiler.noalias}
// CHECK-DAG: %[[N:.*]] = arith.constant 96 : index
// CHECK-DAG: xpiler.extent %[[A]], %[[N]]
// CHECK: scf.forall (%{{.*}}) in (96)
// CHECK-NOT: linalg
// TEXT: void scale(const float *A, float *B)
func.func @scale(%A: memref<8x12xf32>, %B: memref<8x12xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%A : memref<8x12xf32>) outs(%B : memref<8x12xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %a : f32
    linalg.yield %c : f32
  }
  return
}
