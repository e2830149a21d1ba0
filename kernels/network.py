"""Layers of neural networks as rows of the corpus: normalisation, products, convolutions, pooling, gathers, quantisation.

The sources are written as engineers of each platform write them; the fast suite takes a sample, benchmarks/accuracy.py all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from entry import VECTORS, Arrays, Operator, Parameter, Sizes

ROWS = ((1, 1), (7, 131), (5, 512), (3, 1031), (64, 1024), (31, 17), (33, 64))
IMAGES = ((1, 1, 1, 1), (2, 3, 7, 5), (1, 4, 16, 16), (3, 5, 13, 31), (2, 16, 32, 37), (1, 7, 1, 17), (2, 2, 19, 1), (2, 9, 60, 101))


def shaped(*names: str) -> Callable[[Sizes], tuple[int, ...]]:
    """The shape whose extents are the sizes of these names; a name may be a product such as `2*half`."""
    return lambda s: tuple(int(np.prod([s[factor] if factor in s else int(factor) for factor in name.split("*")])) for name in names)


def given(name: str, *extents: str, dtype: str = "float32", values: Callable | None = None) -> Parameter:
    """An input."""
    return Parameter(name, dtype, "in", shaped(*extents), values)


def result(name: str, *extents: str, dtype: str = "float32") -> Parameter:
    """An output."""
    return Parameter(name, dtype, "out", shaped(*extents))


def _wide(a: Arrays, *names: str) -> list[np.ndarray]:
    return [a[name].astype(np.float64) for name in names]


def _silu(a: Arrays, _: Sizes) -> np.ndarray:
    (x,) = _wide(a, "A")
    return x / (1 + np.exp(-x))


def _rmsnorm(a: Arrays, _: Sizes) -> np.ndarray:
    x, w = _wide(a, "X", "W")
    return x / np.sqrt((x * x).mean(axis=1, keepdims=True) + 1e-5) * w


def _batchnorm(a: Arrays, _: Sizes) -> np.ndarray:
    x, g, b, m, v = _wide(a, "X", "G", "B", "M", "V")
    scale = g / np.sqrt(v + 1e-5)
    return x * scale[:, None] + (b - m * scale)[:, None]


def _batchnorm_magnitude(a: Arrays, _: Sizes) -> np.ndarray:
    x, g, b, m, v = (np.abs(array) for array in _wide(a, "X", "G", "B", "M", "V"))
    scale = g / np.sqrt(v + 1e-5)
    return x * scale[:, None] + (b + m * scale)[:, None]


def _dense(a: Arrays, _: Sizes) -> np.ndarray:
    x, w, b = _wide(a, "X", "W", "B")
    return np.maximum(x @ w.T + b, 0)


def _dense_magnitude(a: Arrays, _: Sizes) -> np.ndarray:
    x, w, b = (np.abs(array) for array in _wide(a, "X", "W", "B"))
    return x @ w.T + b


def _windows(x: np.ndarray, padding: int) -> np.ndarray:
    """All 3 x 3 windows of the planes of x, padded with zeros: two more dimensions behind."""
    edge = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    return np.lib.stride_tricks.sliding_window_view(np.pad(x, edge), (3, 3), axis=(2, 3))


def _conv2d(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum("nchwrs,kcrs->nkhw", _windows(x, 1), w, optimize=True) + b[:, None, None]


def _depthwise(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    return np.einsum("nchwrs,crs->nchw", _windows(x, 1), w)


def _avgpool(a: Arrays, _: Sizes) -> np.ndarray:
    (x,) = _wide(a, "X")
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))[:, ::2, ::2]
    return windows.mean(axis=(4, 5))


def _gather(a: Arrays, s: Sizes) -> np.ndarray:
    inside = (a["I"] >= 0) & (a["I"] < s["vocab"])
    return np.where(inside[:, None], a["A"][np.where(inside, a["I"], 0)], 0)


def _rope(a: Arrays, s: Sizes) -> np.ndarray:
    x, c, sine = _wide(a, "X", "C", "S")
    pairs = x.reshape(s["seq"], s["heads"], s["half"], 2)
    first, second = pairs[..., 0], pairs[..., 1]
    c, sine = c[:, None, :], sine[:, None, :]
    return np.stack([first * c - second * sine, first * sine + second * c], axis=-1).reshape(x.shape)


def _rope_magnitude(a: Arrays, s: Sizes) -> np.ndarray:
    x, c, sine = (np.abs(array) for array in _wide(a, "X", "C", "S"))
    sums = x.reshape(s["seq"], s["heads"], s["half"], 2).sum(axis=-1) * np.maximum(c, sine)[:, None, :]
    return np.repeat(sums, 2).reshape(x.shape)


def _quantize(a: Arrays, _: Sizes) -> Arrays:
    """In float32, as the kernels compute; halves are rounded away from zero."""
    x = a["X"]
    scale = np.abs(x).max(axis=1) / np.float32(127)
    inverse = np.divide(np.float32(1), scale, out=np.zeros_like(scale), where=scale != 0)
    scaled = x * inverse[:, None]
    return {"Q": np.sign(scaled) * np.floor(np.abs(scaled) + 0.5), "S": scale}


def _few(array: np.ndarray, sizes: Sizes) -> np.ndarray:
    """Indices of rows of a table, some of them outside."""
    return array % (sizes["vocab"] + 2) - 1


LAYERS: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator("silu", (given("A", "n"), result("T", "n")), ("n",), VECTORS, _silu, 1e-5, 1e-6),
        Operator(
            "rmsnorm",
            (given("X", "rows", "cols"), given("W", "cols"), result("Y", "rows", "cols")),
            ("rows", "cols"),
            (*ROWS, (2, 20_000)),
            _rmsnorm,
            2e-4,
            1e-6,
        ),
        Operator(
            "batchnorm",
            (
                given("X", "batch", "channels", "pixels"),
                *(given(name, "channels") for name in "GBM"),
                given("V", "channels", values=lambda array, _: np.abs(array) + 0.1),
                result("Y", "batch", "channels", "pixels"),
            ),
            ("batch", "channels", "pixels"),
            ((1, 1, 1), (2, 7, 131), (3, 16, 1024), (1, 3, 20_011), (5, 1, 64), (2, 13, 17), (4, 8, 49), (1, 2, 150_000)),
            _batchnorm,
            1e-5,
            1e-6,
            _batchnorm_magnitude,
        ),
        Operator(
            "gemv",
            (given("A", "M", "N"), given("X", "N"), result("Y", "M")),
            ("M", "N"),
            (*ROWS, (2, 20_000)),
            lambda a, s: np.matmul(*_wide(a, "A", "X")),
            3e-4,
            1e-6,
            lambda a, s: np.abs(a["A"].astype(np.float64)) @ np.abs(a["X"].astype(np.float64)),
        ),
        Operator(
            "dense",
            (given("X", "batch", "inputs"), given("W", "outputs", "inputs"), given("B", "outputs"), result("Y", "batch", "outputs")),
            ("batch", "inputs", "outputs"),
            ((1, 1, 1), (17, 13, 31), (64, 64, 64), (37, 129, 67), (1, 127, 5), (16, 48, 16), (61, 1, 7), (96, 1000, 80)),
            _dense,
            1e-5,
            1e-6,
            _dense_magnitude,
        ),
        Operator(
            "conv2d",
            (
                given("X", "batch", "channels", "height", "width"),
                given("W", "filters", "channels", "3", "3"),
                given("B", "filters"),
                result("Y", "batch", "filters", "height", "width"),
            ),
            ("batch", "channels", "height", "width", "filters"),
            (
                (1, 1, 1, 1, 1),
                (2, 3, 7, 5, 4),
                (1, 8, 16, 16, 8),
                (1, 5, 13, 31, 7),
                (3, 2, 1, 19, 3),
                (1, 3, 37, 1, 5),
                (2, 16, 8, 8, 4),
                (1, 2, 180, 401, 1),
            ),
            lambda a, s: _conv2d(*_wide(a, "X", "W", "B")),
            1e-5,
            1e-6,
            lambda a, s: _conv2d(*(np.abs(array) for array in _wide(a, "X", "W", "B"))),
        ),
        Operator(
            "depthwise",
            (
                given("X", "batch", "channels", "height", "width"),
                given("W", "channels", "3", "3"),
                result("Y", "batch", "channels", "height", "width"),
            ),
            ("batch", "channels", "height", "width"),
            IMAGES,
            lambda a, s: _depthwise(*_wide(a, "X", "W")),
            1e-5,
            1e-6,
            lambda a, s: _depthwise(*(np.abs(array) for array in _wide(a, "X", "W"))),
        ),
        Operator(
            "avgpool",
            (
                given("X", "batch", "height", "width", "channels"),
                Parameter(
                    "Y", "float32", "out", lambda s: (s["batch"], (s["height"] - 3) // 2 + 1, (s["width"] - 3) // 2 + 1, s["channels"])
                ),
            ),
            ("batch", "height", "width", "channels"),
            ((1, 3, 3, 1), (2, 7, 5, 3), (1, 17, 16, 64), (3, 32, 31, 37), (3, 13, 31, 5), (2, 8, 8, 16), (1, 3, 101, 2), (1, 20, 400, 40)),
            _avgpool,
            1e-5,
            1e-5,
        ),
        Operator(
            "argmax",
            (given("X", "rows", "cols"), result("I", "rows", dtype="int32")),
            ("rows", "cols"),
            (*ROWS, (2, 20_000)),
            lambda a, s: a["X"].argmax(axis=1),
            0.0,
            0.0,
        ),
        Operator(
            "gather",
            (given("A", "vocab", "dim"), given("I", "tokens", dtype="int32", values=_few), result("T", "tokens", "dim")),
            ("vocab", "dim", "tokens"),
            ((1, 1, 1), (13, 7, 31), (128, 64, 16), (37, 1031, 5), (3, 20_000, 4), (5, 1, 17), (64, 16, 64), (3, 60_000, 2)),
            _gather,
            0.0,
            0.0,
        ),
        Operator(
            "rope",
            (
                given("X", "seq", "heads", "2*half"),
                given("C", "seq", "half"),
                given("S", "seq", "half"),
                result("Y", "seq", "heads", "2*half"),
            ),
            ("seq", "heads", "half"),
            ((1, 1, 1), (7, 3, 5), (16, 8, 32), (5, 12, 64), (131, 2, 37), (1, 1, 64), (31, 1, 13), (70, 16, 64)),
            _rope,
            1e-5,
            1e-6,
            _rope_magnitude,
        ),
        Operator(
            "dequantize",
            (given("Q", "rows", "cols", dtype="int8"), given("S", "rows"), result("Y", "rows", "cols")),
            ("rows", "cols"),
            (*ROWS, (2, 20_000)),
            lambda a, s: a["Q"] * a["S"][:, None],
            1e-6,
            0.0,
        ),
        Operator(
            "quantize",
            (given("X", "rows", "cols"), result("Q", "rows", "cols", dtype="int8"), result("S", "rows")),
            ("rows", "cols"),
            (*ROWS, (2, 15_000)),
            _quantize,
            0.0,
            0.0,
        ),
    )
}
