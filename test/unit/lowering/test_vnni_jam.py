"""Iterations side by side give what the loop gives, at every rest; loops whose iterations take different ways stay as they are."""

from __future__ import annotations

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.lowering.vnni.schedule.vnni_jam import VnniJamPass
from xpiler.transforms.loop_vectorize import LoopVectorizePass

DOTS = """
func.func @dots(%a: memref<?xf32>, %b: memref<?xf32>, %c: memref<?xf32>, %m: i32, %n: i32, %d: i32) {
  %rows = arith.index_cast %m : i32 to index
  %cols = arith.index_cast %n : i32 to index
  %depth = arith.index_cast %d : i32 to index
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.forall (%i) in (%rows) {
    scf.forall (%j) in (%cols) {
      BOUND
      %left = arith.muli %i, %depth : index
      %right = arith.muli %j, %depth : index
      %sum = scf.for %k = %c0 to %end step %c1 iter_args(%acc = %zero) -> f32 {
        %p = arith.addi %left, %k : index
        %q = arith.addi %right, %k : index
        %x = memref.load %a[%p] : memref<?xf32>
        %y = memref.load %b[%q] : memref<?xf32>
        %xy = arith.mulf %x, %y : f32
        %next = arith.addf %acc, %xy : f32
        scf.yield %next : f32
      }
      %row = arith.muli %i, %cols : index
      %place = arith.addi %row, %j : index
      memref.store %sum, %c[%place] : memref<?xf32>
    }
  }
  return
}
"""
WHOLE = "%end = arith.addi %depth, %c0 : index"
TRIANGLE = "%end = arith.minsi %j, %depth : index"


def results(shape: tuple[int, int, int], bound: str, jam: VnniJamPass) -> tuple[np.ndarray, int]:
    """What the kernel stores by a jam, and how many sums its text carries."""
    m, n, k = shape
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(DOTS.replace("BOUND", bound))
        LoopVectorizePass().apply(context, module.operation)
        jam.apply(context, module.operation)
        assert module.operation.verify()
    random = np.random.default_rng(m + n + k)
    a, b = (random.standard_normal(size).astype(np.float32) for size in (m * k, n * k))
    c = np.full(m * n + 40, -7, np.float32)
    jit.run(module, "dots", [a, b, c, m, n, k])
    return c, str(module).count("vector.reduction")


@pytest.mark.parametrize("shape", [(1, 1, 1), (5, 7, 19), (8, 8, 32), (3, 9, 16), (9, 3, 5), (4, 4, 0)])
@pytest.mark.parametrize("jam", [VnniJamPass(4), VnniJamPass(6, 4), VnniJamPass(1, 2)], ids=str)
def test_side_by_side_is_one_after_another(shape: tuple[int, int, int], jam: VnniJamPass) -> None:
    made, folds = results(shape, WHOLE, jam)
    np.testing.assert_array_equal(made, results(shape, WHOLE, VnniJamPass())[0])
    assert folds == (jam.iterations + (jam.iterations > 1)) * (jam.outer + (jam.outer > 1))


def test_a_bound_of_the_loop_itself_keeps_it() -> None:
    """The rows share a bound, the columns do not: only the outer loop runs side by side."""
    made, folds = results((5, 40, 33), TRIANGLE, VnniJamPass(4))
    np.testing.assert_array_equal(made, results((5, 40, 33), TRIANGLE, VnniJamPass())[0])
    assert folds == 4 + 1
