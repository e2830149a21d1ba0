"""The normaliser turns what platforms look like, raised, into naive loops that compute the same."""

from __future__ import annotations

import numpy as np
import pytest
from pipeline_runs import assert_same_results, count, floats, sample, transformed


@pytest.mark.parametrize("name", ["guarded_add", "tasks_add", "vector_add", "vector_or_rest_add"])
@pytest.mark.parametrize("n", [1, 15, 16, 997, 2048])
def test_additions_become_one_parallel_loop(name: str, n: int) -> None:
    before, after = transformed(sample(name), "normalize")
    shape = (count(after, "scf.forall"), count(after, "scf.for"), count(after, "scf.if"), count(after, "memref.alloca"))
    assert shape == (1, 0, 0, 0)
    assert_same_results(before, after, "add", [floats(n), floats(n, seed=1), n], [np.full(n + 3, -7, np.float32)])


@pytest.mark.parametrize(("m", "n", "k"), [(1, 1, 1), (17, 31, 13), (16, 32, 48), (5, 33, 0)])
def test_tiled_product_becomes_three_loops(m: int, n: int, k: int) -> None:
    before, after = transformed(sample("tiled_gemm"), "normalize")
    shape = (count(after, "scf.forall"), count(after, "scf.for"), count(after, "scf.if"), count(after, "memref.alloca"))
    assert shape == (2, 1, 0, 0)
    inputs = [floats(m, k).ravel(), floats(k, n, seed=1).ravel(), m, n, k]
    assert_same_results(before, after, "gemm", inputs, [np.full(m * n + 5, -7, np.float32)])


@pytest.mark.parametrize(("rows", "cols"), [(1, 1), (3, 127), (5, 1031)])
def test_block_softmax_becomes_a_loop_a_row_step(rows: int, cols: int) -> None:
    before, after = transformed(sample("block_softmax"), "normalize")
    assert (count(after, "scf.while"), count(after, "memref.alloca"), count(after, "scf.for"), count(after, "scf.forall")) == (0, 0, 2, 2)
    assert_same_results(before, after, "softmax", [floats(rows, cols).ravel(), rows, cols], [np.full(rows * cols + 3, -7, np.float32)])


@pytest.mark.parametrize(("rows", "cols"), [(3, 1), (2, 16), (7, 131)])
def test_lane_accumulators_and_tail_become_one_sum(rows: int, cols: int) -> None:
    before, after = transformed(sample("vector_sum"), "normalize")
    assert (count(after, "scf.for"), count(after, "scf.forall"), count(after, "memref.alloca")) == (1, 1, 0)
    assert_same_results(before, after, "row_sum", [floats(rows, cols).ravel(), rows, cols], [np.full(rows + 3, -7, np.float32)])
