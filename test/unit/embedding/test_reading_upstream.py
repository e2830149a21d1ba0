"""What `from_upstream` reads computes what the module it was given computes: both run through MLIR's JIT."""

from __future__ import annotations

import re

import numpy as np
import pytest
from mlir import ir

from xpiler.dialects import context
from xpiler.execution import jit
from xpiler.upstream import from_upstream

PRODUCT = """
func.func @f(%A: memref<5x7xf32>, %B: memref<7x6xf32>, %C: memref<5x6xf32>) {
  linalg.matmul ins(%A, %B : memref<5x7xf32>, memref<7x6xf32>) outs(%C : memref<5x6xf32>)
  return
}
"""
STRIDED = """
func.func @f(%A: memref<4x3xf32, strided<[5, 2], offset: 1>>) {
  scf.forall (%i, %j) in (4, 3) {
    %x = memref.load %A[%i, %j] : memref<4x3xf32, strided<[5, 2], offset: 1>>
    %y = arith.mulf %x, %x : f32
    memref.store %y, %A[%i, %j] : memref<4x3xf32, strided<[5, 2], offset: 1>>
  }
  return
}
"""
PARALLEL = """
func.func @f(%A: memref<6x8xf32>, %S: memref<6xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f32
  scf.parallel (%i) = (%c1) to (%c6) step (%c2) {
    %sum = scf.parallel (%j, %k) = (%c1, %c0) to (%c7, %c2) step (%c2, %c1) init (%zero) -> f32 {
      %at = arith.addi %j, %k : index
      %x = memref.load %A[%i, %at] : memref<6x8xf32>
      scf.reduce(%x : f32) {
      ^bb0(%l: f32, %r: f32):
        %s = arith.addf %l, %r : f32
        scf.reduce.return %s : f32
      }
    }
    memref.store %sum, %S[%i] : memref<6xf32>
    scf.reduce
  }
  return
}
"""
VIEWS = """
func.func @f(%A: memref<8x6xf32>, %B: memref<3x2xf32>) {
  %c2 = arith.constant 2 : index
  %t = memref.alloc() : memref<3x2xf32>
  %s = memref.subview %A[%c2, 1] [3, 2] [2, 3] : memref<8x6xf32> to memref<3x2xf32, strided<[12, 3], offset: ?>>
  memref.copy %s, %t : memref<3x2xf32, strided<[12, 3], offset: ?>> to memref<3x2xf32>
  linalg.add ins(%t, %B : memref<3x2xf32>, memref<3x2xf32>) outs(%B : memref<3x2xf32>)
  memref.dealloc %t : memref<3x2xf32>
  return
}
"""
VECTORS = """
func.func @f(%A: memref<4x4xf32>, %B: memref<4x4xf32>, %C: memref<4x4xf32>) {
  %c0 = arith.constant 0 : index
  %p = arith.constant 0.0 : f32
  %a = vector.transfer_read %A[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %b = vector.transfer_read %B[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %c = vector.transfer_read %C[%c0, %c0], %p {in_bounds = [true, true]} : memref<4x4xf32>, vector<4x4xf32>
  %d = vector.contract {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
                        iterator_types = ["parallel", "parallel", "reduction"], kind = #vector.kind<add>}
      %a, %b, %c : vector<4x4xf32>, vector<4x4xf32> into vector<4x4xf32>
  vector.transfer_write %d, %C[%c0, %c0] {in_bounds = [true, true]} : vector<4x4xf32>, memref<4x4xf32>
  return
}
"""
MODULES = {"product": PRODUCT, "strided": STRIDED, "parallel": PARALLEL, "views": VIEWS, "vectors": VECTORS}


def arrays(module: ir.Module) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Random memory for each parameter, flat, and the views of it that the module's types describe."""
    generator = np.random.default_rng(0)
    flat, shaped = [], []
    for kind in ir.TypeAttr(module.body.operations[0].attributes["function_type"]).value.inputs:
        strides, offset = ir.MemRefType(kind).get_strides_and_offset()
        reach = offset + 1 + sum((n - 1) * s for n, s in zip(kind.shape, strides, strict=True))
        flat.append(generator.uniform(-2, 2, reach).astype(np.float32))
        # The code adds the offset, which is in the type, to where the view starts.
        shaped.append(np.lib.stride_tricks.as_strided(flat[-1], kind.shape, [4 * s for s in strides]))
    return flat, shaped


@pytest.mark.parametrize("name", MODULES)
def test_both_forms_compute_the_same(name):
    read = from_upstream(ir.Module.parse(MODULES[name], context()))
    # Upstream lowers a copy between layouts to a call of its runtime library, which the JIT does not load.
    module = ir.Module.parse(
        re.sub(r"memref.copy (.*), (.*) : (.*) to (.*)", r"linalg.copy ins(\1 : \3) outs(\2 : \4)", MODULES[name]), context()
    )
    expected, views = arrays(module)
    given, _ = arrays(module)
    jit.run(module, "f", views)
    jit.run(read, "f", given)
    for before, after in zip(expected, given, strict=True):
        np.testing.assert_allclose(after, before, rtol=1e-5)
