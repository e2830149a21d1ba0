"""Loops over tiles of a matrix are parallel, however many loops lie between them and the elements."""

from __future__ import annotations

import numpy as np
from pipeline_runs import assert_same_results, count, floats, sample, transformed


def test_strided_tiles_of_a_matrix_become_one_loop() -> None:
    before, after = transformed(sample("strided_rows"), "normalize")
    assert (count(after, "scf.forall"), count(after, "scf.for"), count(after, "arith.minsi")) == (1, 0, 0)
    for m, n in [(1, 1), (33, 131), (257, 31)]:
        assert_same_results(before, after, "scale", [floats(m * n), m, n], [np.full(m * n + 3, -7, np.float32)])


def test_rows_that_overlap_stay_serial() -> None:
    """With tiles 31 rows apart the last row of one is the first of the next, and is written twice."""
    overlapping = sample("strided_rows").replace("%c128 = arith.constant 128", "%c128 = arith.constant 31")
    _, after = transformed(overlapping, "loop-normalize,loop-parallel")
    assert count(after, "scf.for") == 2
