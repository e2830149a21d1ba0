"""Samples of a table, and what is counted of its cells."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import product
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from accuracy import Cell
from direction_shares import shares
from strata import sample

OPERATORS = [f"op{k}" for k in range(57)]
EVERY = [(of, *way) for of, way in product(OPERATORS, product("abcd", "abcd")) if way[0] != way[1]]


def test_a_sample_has_as_many_cells_of_each_direction_and_operator() -> None:
    chosen = sample(EVERY, 300, seed=1)
    assert len(chosen) == len(set(chosen)) == 300
    assert set(Counter(cell[1:] for cell in chosen).values()) == {25}
    assert set(Counter(cell[0] for cell in chosen).values()) <= {5, 6}
    assert chosen == sample(EVERY, 300, seed=1) != sample(EVERY, 300, seed=2)
    assert chosen == [cell for cell in EVERY if cell in set(chosen)]


def test_a_sample_is_at_most_the_table() -> None:
    assert sample(EVERY, 10_000, seed=3) == EVERY
    assert len(sample(EVERY, 5, seed=3)) == 5


def test_shares_tell_how_far_cells_came_and_count_the_hard_ones_apart() -> None:
    cells = [
        Cell("add", "cuda", "bang", "ok", builtin=1.0, verdict="proved"),
        Cell("gemm", "cuda", "bang", "run", builtin=0.5),
        Cell("relu", "cuda", "bang", "translate"),
        Cell("gather", "cuda", "bang", "ok", builtin=0.0, verdict="tested"),
    ]
    easy, hard = shares(cells).split("\n\n")
    assert easy.splitlines()[-1] == "| all | 3 | 66.7 | 66.7 | 33.3 | 75.0 | 100.0 |"
    assert hard.splitlines()[-1] == "| all | 1 | 100.0 | 100.0 | 100.0 | 0.0 | 0.0 |"
