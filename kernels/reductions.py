"""Reductions over a row and over other axes as rows of the corpus."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from entry import Arrays, Operator, Sizes
from network import given, result

ROWS = ((1, 1), (7, 131), (5, 512), (3, 1031), (64, 1024), (131, 7), (33, 64), (2, 60_000))
SLICES = ((1, 1, 1), (3, 7, 13), (2, 16, 64), (1, 31, 1009), (5, 1, 37), (16, 8, 16), (2, 3, 5000), (1, 2, 60_000))


def _wide(a: Arrays) -> np.ndarray:
    return a["A"].astype(np.float64)


def _over(name: str, axis: int, function: Callable[..., np.ndarray], exact: bool) -> Operator:
    """A reduction of a matrix over one axis; a sum is right by the magnitudes of its terms."""

    def magnitude(a: Arrays, _: Sizes) -> np.ndarray:
        return function(np.abs(_wide(a)), axis=axis)

    return Operator(
        name,
        (given("A", "rows", "cols"), result("T", "cols" if axis == 0 else "rows")),
        ("rows", "cols"),
        ROWS,
        lambda a, _: function(_wide(a), axis=axis),
        0.0 if exact else 3e-4,
        0.0,
        None if exact else magnitude,
    )


REDUCTIONS: dict[str, Operator] = {
    op.name: op
    for op in (
        _over("row_mean", 1, np.mean, exact=False),
        _over("row_max", 1, np.max, exact=True),
        _over("row_min", 1, np.min, exact=True),
        _over("col_sum", 0, np.sum, exact=False),
        _over("col_mean", 0, np.mean, exact=False),
        _over("col_max", 0, np.max, exact=True),
        Operator(
            "axis_min",
            (given("A", "outer", "axis", "inner"), result("T", "outer", "inner")),
            ("outer", "axis", "inner"),
            SLICES,
            lambda a, _: a["A"].min(axis=1),
            0.0,
            0.0,
        ),
        Operator(
            "argmin",
            (given("A", "rows", "cols"), result("I", "rows", dtype="int32")),
            ("rows", "cols"),
            ROWS,
            lambda a, _: a["A"].argmin(axis=1),
            0.0,
            0.0,
        ),
    )
}
