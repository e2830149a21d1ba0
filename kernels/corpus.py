"""The corpus as data: every operator's parameters, shapes, inputs, numpy reference and tolerance.

One row an operator; the sources beside it (`<name>/<name>.{cu,hip,mlu,cpp}`) all have the launcher
`extern "C" void <name>_kernel(<params>)`, host pointers and sizes in the order of the row.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from attention import ATTENTION
from elementwise import ELEMENTWISE
from entry import KINDS, SUFFIXES, VECTORS, Operator, Parameter, Sizes, fill, poison
from layout import LAYOUT
from network import LAYERS
from reductions import REDUCTIONS
from training import TRAINING
from windows import WINDOWS

__all__ = ["EVERY", "KINDS", "OPERATORS", "SUFFIXES", "Operator", "Parameter", "Sizes", "fill", "poison"]


def _gelu(a: dict[str, np.ndarray], _: Sizes) -> np.ndarray:
    x = a["A"].astype(np.float64)
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _softmax(a: dict[str, np.ndarray], _: Sizes) -> np.ndarray:
    x = a["A"].astype(np.float64)
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _layernorm(a: dict[str, np.ndarray], _: Sizes) -> np.ndarray:
    x = a["X"].astype(np.float64)
    mean = x.mean(axis=1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * a["G"] + a["B"]


def _layernorm_magnitude(a: dict[str, np.ndarray], _: Sizes) -> np.ndarray:
    """Of the terms: the difference from the mean may cancel, and is then divided by a small deviation."""
    x = a["X"].astype(np.float64)
    scale = 1 / np.sqrt(x.var(axis=1, keepdims=True) + 1e-5)
    return (np.abs(x) + np.abs(x).mean(axis=1, keepdims=True)) * scale * np.abs(a["G"]) + np.abs(a["B"])


def _maxpool(a: dict[str, np.ndarray], s: Sizes) -> np.ndarray:
    h, w = s["height"] // 2, s["width"] // 2
    x = a["X"][:, : 2 * h, : 2 * w, :]
    return x.reshape(s["batch"], h, 2, w, 2, s["channels"]).max(axis=(2, 4))


def _matrix(rows: str, cols: str) -> Callable[[Sizes], tuple[int, ...]]:
    return lambda s: (s[rows], s[cols])


def _vector(size: str) -> Callable[[Sizes], tuple[int, ...]]:
    return lambda s: (s[size],)


def _gemm(name: str, inputs: str, output: str, shapes: tuple[tuple[int, ...], ...], tolerance: float) -> Operator:
    wide = np.int32 if output == "int32" else np.float64
    return Operator(
        name,
        (
            Parameter("A", inputs, "in", _matrix("M", "K")),
            Parameter("B", inputs, "in", _matrix("K", "N")),
            Parameter("C", output, "out", _matrix("M", "N")),
        ),
        ("M", "N", "K"),
        shapes,
        lambda a, s: a["A"].astype(wide) @ a["B"].astype(wide),
        tolerance,
        0.0,
        lambda a, s: np.abs(a["A"].astype(wide)) @ np.abs(a["B"].astype(wide)),
    )


ROW_SHAPES = ((1, 1), (7, 131), (5, 512), (3, 1031), (64, 1024), (31, 17), (33, 64))

OPERATORS: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator(
            "add",
            (
                Parameter("A", "float32", "in", _vector("n")),
                Parameter("B", "float32", "in", _vector("n")),
                Parameter("T", "float32", "out", _vector("n")),
            ),
            ("n",),
            VECTORS,
            lambda a, s: a["A"] + a["B"],
            0.0,
            0.0,
        ),
        Operator(
            "gelu",
            (Parameter("A", "float32", "in", _vector("n")), Parameter("T", "float32", "out", _vector("n"))),
            ("n",),
            VECTORS,
            _gelu,
            1e-5,
            2e-6,
        ),
        Operator(
            "softmax",
            (Parameter("A", "float32", "in", _matrix("rows", "cols")), Parameter("T", "float32", "out", _matrix("rows", "cols"))),
            ("rows", "cols"),
            (*ROW_SHAPES, (2, 150_000)),
            _softmax,
            2e-5,
            1e-7,
        ),
        Operator(
            "layernorm",
            (
                Parameter("X", "float32", "in", _matrix("rows", "cols")),
                Parameter("G", "float32", "in", _vector("cols")),
                Parameter("B", "float32", "in", _vector("cols")),
                Parameter("Y", "float32", "out", _matrix("rows", "cols")),
            ),
            ("rows", "cols"),
            (*ROW_SHAPES, (2, 150_000)),
            _layernorm,
            5e-5,
            1e-5,
            _layernorm_magnitude,
        ),
        Operator(
            "row_sum",
            (Parameter("A", "float32", "in", _matrix("rows", "cols")), Parameter("T", "float32", "out", _vector("rows"))),
            ("rows", "cols"),
            (*ROW_SHAPES, (2, 150_000)),
            lambda a, s: a["A"].astype(np.float64).sum(axis=1),
            1e-4,
            0.0,
            lambda a, s: np.abs(a["A"].astype(np.float64)).sum(axis=1),
        ),
        _gemm(
            "gemm",
            "float32",
            "float32",
            ((1, 1, 1), (17, 31, 13), (64, 64, 64), (37, 129, 67), (1, 127, 5), (16, 16, 48), (61, 1, 7), (96, 80, 1000)),
            1e-5,
        ),
        _gemm(
            "gemm_half",
            "float16",
            "float32",
            ((16, 16, 16), (32, 48, 64), (64, 64, 160), (16, 64, 32), (48, 16, 16), (80, 112, 48), (16, 16, 592), (128, 96, 2000)),
            1e-5,
        ),
        _gemm(
            "gemm_int8",
            "int8",
            "int32",
            ((1, 1, 1), (17, 31, 13), (64, 64, 64), (5, 67, 1200), (1, 127, 5), (16, 16, 48), (61, 1, 7), (96, 80, 4000)),
            0.0,
        ),
        Operator(
            "transpose",
            (Parameter("A", "float32", "in", _matrix("rows", "cols")), Parameter("T", "float32", "out", _matrix("cols", "rows"))),
            ("rows", "cols"),
            ((1, 1), (7, 131), (64, 96), (333, 517), (1, 31), (67, 1), (16, 48), (100, 32)),
            lambda a, s: a["A"].T,
            0.0,
            0.0,
        ),
        Operator(
            "maxpool",
            (
                Parameter("X", "float32", "in", lambda s: (s["batch"], s["height"], s["width"], s["channels"])),
                Parameter("Y", "float32", "out", lambda s: (s["batch"], s["height"] // 2, s["width"] // 2, s["channels"])),
            ),
            ("batch", "height", "width", "channels"),
            ((1, 2, 2, 1), (2, 7, 5, 3), (1, 16, 16, 64), (3, 32, 30, 37), (3, 13, 31, 5), (2, 8, 8, 16), (1, 3, 101, 2), (1, 20, 400, 40)),
            _maxpool,
            0.0,
            0.0,
        ),
    )
}

EVERY: dict[str, Operator] = {**OPERATORS, **LAYERS, **ELEMENTWISE, **REDUCTIONS, **WINDOWS, **LAYOUT, **ATTENTION, **TRAINING}
"""All rows. OPERATORS are those that every test of the fast suite runs through."""
