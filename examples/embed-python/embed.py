"""Another compiler with Xpiler inside: a layer as a framework writes it, on tensors, becomes BANG C with a verdict.

    python embed.py kernel.mlu

The pass manager, the context and the module are the compiler's own; Xpiler's passes stand in it beside upstream's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from mlir import ir
from mlir.passmanager import PassManager

import xpiler
from xpiler import embedding

LAYER = """
func.func @layer(%input: tensor<16x24xf32>, %weights: tensor<24x32xf32>, %bias: tensor<32xf32>) -> tensor<16x32xf32> {
  %zero = arith.constant 0.0 : f32
  %empty = tensor.empty() : tensor<16x32xf32>
  %start = linalg.fill ins(%zero : f32) outs(%empty : tensor<16x32xf32>) -> tensor<16x32xf32>
  %product = linalg.matmul ins(%input, %weights : tensor<16x24xf32>, tensor<24x32xf32>)
                           outs(%start : tensor<16x32xf32>) -> tensor<16x32xf32>
  %result = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>],
                            iterator_types = ["parallel", "parallel"]}
      ins(%product, %bias : tensor<16x32xf32>, tensor<32xf32>) outs(%empty : tensor<16x32xf32>) {
  ^bb0(%x: f32, %b: f32, %out: f32):
    %sum = arith.addf %x, %b : f32
    %relu = arith.maximumf %sum, %zero : f32
    linalg.yield %relu : f32
  } -> tensor<16x32xf32>
  return %result : tensor<16x32xf32>
}
"""
BUFFERISATION = (
    "one-shot-bufferize{bufferize-function-boundaries=1 function-boundary-type-conversion=identity-layout-map}",
    "buffer-results-to-out-params{hoist-static-allocs=1 modify-public-functions=1}",
    "canonicalize",
    "cse",
)


def bufferised(ctx: ir.Context) -> ir.Module:
    """The layer on buffers, the result an output parameter."""
    module = ir.Module.parse(LAYER, ctx)
    manager = PassManager("builtin.module", ctx)
    for step in BUFFERISATION:
        manager.add(step)
    manager.run(module.operation)
    return module


def main() -> int:
    """Writes the BANG text and prints its verdict."""
    ctx = ir.Context()
    xpiler.register_dialects(ctx)
    module = bufferised(ctx)
    texts: list[str] = []
    manager = PassManager("builtin.module", ctx)
    manager.add("canonicalize")
    embedding.add_xpile(manager, "shared")
    embedding.add_pipeline(manager, "normalize,func.func(cse)")
    embedding.add_xpile(manager, "bang", source=texts.append)
    source = ir.Module.parse(str(module), ctx)
    manager.run(module.operation)
    Path(sys.argv[1]).write_text(texts[0])
    print(f"{sys.argv[1]}: {embedding.check(source, texts[0], 'bang')}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
