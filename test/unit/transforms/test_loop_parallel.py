"""Loops over tiles of a matrix are parallel, however many loops lie between them and the elements."""

from __future__ import annotations

import numpy as np
import pytest
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


def test_numbered_tiles_of_a_matrix_become_one_loop() -> None:
    """A tile's number is taken apart into rows and columns: an element tells the tile that it is in."""
    before, after = transformed(sample("numbered_tiles"), "normalize")
    assert (count(after, "scf.forall"), count(after, "scf.for"), count(after, "arith.minsi")) == (1, 0, 0)
    for m, n in [(1, 1), (33, 131), (257, 31)]:
        assert_same_results(before, after, "scale", [floats(m * n), m, n], [np.full(m * n + 3, -7, np.float32)])


@pytest.mark.parametrize(
    ("place", "instead"),
    [
        ("%width = arith.constant 32", "%width = arith.constant 33"),  # a tile's last column is the next one's first
        ("muli %y, %c32 : index\n", "muli %y, %c16 : index\n"),  # a tile's rows begin in the middle of the tile above
        ("remsi %tile, %across", "remsi %tile, %c16"),  # tiles 16 apart have one column, and may have one row
        ("%c = arith.addi %col, %j", "%c = arith.addi %c0, %j"),  # the tiles of a row are one
        ("%line = arith.muli %r, %N", "%line = arith.muli %r, %c16"),  # rows are longer than what lies between them
    ],
)
def test_tiles_that_share_elements_stay_serial(place: str, instead: str) -> None:
    changed = sample("numbered_tiles").replace(place, instead)
    assert changed != sample("numbered_tiles")
    _, after = transformed(changed, "loop-normalize,loop-parallel")
    assert count(after, "scf.for") == 1
