"""Operators that only move elements, as rows of the corpus: permutations of axes, concatenation, scatter."""

from __future__ import annotations

import numpy as np
from entry import Arrays, Operator, Parameter, Sizes
from network import given, result

CUBES = ((1, 1, 1), (2, 7, 131), (3, 64, 96), (1, 333, 517), (5, 13, 17), (31, 2, 37), (4, 16, 49), (16, 1, 64))
HEADS = ((1, 1, 1, 1), (2, 7, 3, 5), (1, 16, 8, 64), (3, 13, 11, 17), (2, 5, 12, 64), (1, 131, 2, 37), (4, 1, 4, 16), (2, 70, 16, 64))
SIDES = ((1, 1, 1), (7, 13, 31), (64, 32, 32), (5, 1, 517), (3, 1031, 2), (128, 16, 48), (17, 64, 1), (2, 70_000, 5000))
SCATTERS = ((1, 1, 1), (13, 7, 31), (128, 16, 64), (37, 5, 1031), (64, 64, 16), (19, 1, 7), (256, 100, 3), (3, 2, 60_000))


def _places(array: np.ndarray, sizes: Sizes) -> np.ndarray:
    """Rows of the output, each at most once: in an order that the array makes."""
    order = np.argsort(np.resize(array, sizes["rows"]), kind="stable")
    return order[: sizes["tokens"]]


def _scatter(a: Arrays, s: Sizes) -> np.ndarray:
    out = np.zeros((s["rows"], s["dim"]), np.float32)
    out[a["I"]] = a["A"]
    return out


def _permuted(name: str, extents: tuple[str, ...], order: tuple[int, ...], shapes: tuple[tuple[int, ...], ...]) -> Operator:
    moved = (given("A", *extents), result("T", *(extents[axis] for axis in order)))
    return Operator(name, moved, extents, shapes, lambda a, _: a["A"].transpose(order), 0.0, 0.0)


LAYOUT: dict[str, Operator] = {
    op.name: op
    for op in (
        _permuted("nchw_to_nhwc", ("batch", "channels", "pixels"), (0, 2, 1), CUBES),
        _permuted("reverse_axes", ("planes", "rows", "cols"), (2, 1, 0), CUBES),
        _permuted("swap_heads", ("batch", "seq", "heads", "dim"), (0, 2, 1, 3), HEADS),
        Operator(
            "concat",
            (
                given("A", "rows", "left"),
                given("B", "rows", "right"),
                Parameter("T", "float32", "out", lambda s: (s["rows"], s["left"] + s["right"])),
            ),
            ("rows", "left", "right"),
            SIDES,
            lambda a, _: np.concatenate([a["A"], a["B"]], axis=1),
            0.0,
            0.0,
        ),
        Operator(
            "scatter",
            (given("A", "tokens", "dim"), given("I", "tokens", dtype="int32", values=_places), result("T", "rows", "dim")),
            ("rows", "tokens", "dim"),
            SCATTERS,
            _scatter,
            0.0,
            0.0,
            stated=("T=rows*dim",),
        ),
    )
}
