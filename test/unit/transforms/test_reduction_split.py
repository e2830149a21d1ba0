"""Split reductions compute the fold, and products whose columns are neighbours are left alone."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler import dialects
from xpiler.execution import jit
from xpiler.transforms.reduction_split import ReductionSplitPass

sys.path.insert(0, str(Path(__file__).resolve().parent))
from test_loop_vectorize import GEMM, ROW_MAX


def split(text: str) -> ir.Module:
    context = dialects.context()
    with context, ir.Location.unknown():
        module = ir.Module.parse(text)
        ReductionSplitPass(lanes=64).apply(context, module.operation)
        assert module.operation.verify()
    return module


@pytest.mark.parametrize("cols", [1, 63, 64, 200])
def test_row_maximum(cols: int) -> None:
    module = split(ROW_MAX)
    assert "memref<64xf32>" in str(module)
    a = -np.random.default_rng(1).uniform(1, 9, (3, cols)).astype(np.float32)
    t = np.full(3, np.nan, np.float32)
    jit.run(module, "row_max", [a.ravel(), t, 3, cols])
    np.testing.assert_array_equal(t, a.max(1))


@pytest.mark.parametrize("cols", [1, 100, 129])
def test_row_sum_keeps_its_start(cols: int) -> None:
    module = split(ROW_MAX.replace("arith.maxnumf", "arith.addf").replace("-3.0e+38", "5.0"))
    a = np.arange(3 * cols, dtype=np.float32).reshape(3, cols)
    t = np.full(3, np.nan, np.float32)
    jit.run(module, "row_max", [a.ravel(), t, 3, cols])
    np.testing.assert_array_equal(t, a.sum(1) + 5)


@pytest.mark.parametrize("fold", ["maxnumf", "addf"])
def test_prefixes_are_left_alone(fold: str) -> None:
    """What is stored on the way is the fold of all elements so far."""
    text = ROW_MAX.replace("arith.maxnumf", f"arith.{fold}").replace(
        "      scf.yield %next", "      memref.store %next, %A[%at] : memref<?xf32>\n      scf.yield %next"
    )
    assert "memref.alloca" not in str(split(text))


def test_maximum_of_prefix_sums_is_left_alone() -> None:
    """The maximum's term is the sum so far: neither may be taken apart."""
    text = (
        ROW_MAX.replace("iter_args(%acc = %low) -> (f32)", "iter_args(%acc = %low, %sum = %low) -> (f32, f32)")
        .replace("%m = scf.for", "%m:2 = scf.for")
        .replace("arith.maxnumf %acc, %a", "arith.maxnumf %acc, %sofar")
        .replace("      %next =", "      %sofar = arith.addf %sum, %a : f32\n      %next =")
        .replace("scf.yield %next : f32", "scf.yield %next, %sofar : f32, f32")
        .replace("memref.store %m,", "memref.store %m#0,")
    )
    assert "memref.alloca" not in str(split(text))


def test_matrix_product_is_left_alone() -> None:
    before = str(ir.Module.parse(GEMM, dialects.context()))
    assert str(split(GEMM)) == before


WRITING = (
    ROW_MAX.replace("%next = arith.maxnumf %acc, %a", "memref.store %a, %T[PLACE] : memref<?xf32>\n      %next = arith.maxnumf %acc, %a")
    .replace("    memref.store %m, %T[%r] : memref<?xf32>\n", "    memref.store %m, %M[%r] : memref<?xf32>\n")
    .replace("%T: memref<?xf32>, ", "%T: memref<?xf32>, %M: memref<?xf32>, ")
)


@pytest.mark.parametrize("cols", [1, 70, 129])
def test_what_each_iteration_writes_is_written_by_its_lane(cols: int) -> None:
    module = split(WRITING.replace("PLACE", "%at"))
    assert "memref<64xf32>" in str(module)
    a = np.random.default_rng(2).standard_normal((3, cols)).astype(np.float32)
    t, m = np.full_like(a, np.nan), np.full(3, np.nan, np.float32)
    jit.run(module, "row_max", [a.ravel(), t.ravel(), m, 3, cols])
    np.testing.assert_array_equal(t, a)
    np.testing.assert_array_equal(m, a.max(1))


def test_an_element_that_every_iteration_writes_keeps_the_order() -> None:
    text = WRITING.replace("PLACE", "%r")
    assert "memref<64xf32>" not in str(split(text))


SUM = """
func.func @total(%A: memref<?xf32>, %T: memref<?xf32>, %n: i32) attributes {xpiler.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %N = arith.index_cast %n : i32 to index
  %s = scf.for %c = %c0 to %N step %c1 iter_args(%acc = %z) -> (f32) {
    %x = memref.load %A[%c] : memref<?xf32>
    %next = arith.addf %acc, %x : f32
    scf.yield %next : f32
  }
  memref.store %s, %T[%c0] : memref<?xf32>
  return
}
"""


@pytest.mark.parametrize("n", [0, 1, 100, 129])
def test_a_sum_that_the_kernel_makes_itself_is_shared_out(n: int) -> None:
    """A kernel without a parallel loop runs in one block, whose threads would all do all of it."""
    module = split(SUM)
    assert "scf.forall" in str(module)
    a, t = np.arange(n, dtype=np.float32), np.full(1, np.nan, np.float32)
    jit.run(module, "total", [a, t, n])
    np.testing.assert_array_equal(t, [a.sum()])
