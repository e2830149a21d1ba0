// RUN: %xpiler-opt %s --xpile-to=shared | %FileCheck %s

// Plain linalg on memrefs becomes a kernel in shared form.
// CHECK: module attributes {xpiler.target = #xpiler.target<"shared">}
// CHECK: func.func @scale(%{{.*}}: memref<?xf32>, %{{.*}}: memref<?xf32>) attributes {xpiler.kernel}
// CHECK: scf.for
// CHECK-NOT: linalg
func.func @scale(%A: memref<?xf32>, %B: memref<?xf32>) {
  linalg.generic {indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>], iterator_types = ["parallel"]}
      ins(%A : memref<?xf32>) outs(%B : memref<?xf32>) {
  ^bb0(%a: f32, %b: f32):
    %c = arith.addf %a, %a : f32
    linalg.yield %c : f32
  }
  return
}
