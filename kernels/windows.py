"""Operators over windows, batches and planes as rows of the corpus: pooling, convolutions, batched products, normalisation of planes."""

from __future__ import annotations

import numpy as np
from entry import Arrays, Operator, Parameter, Sizes
from network import given, result

IMAGES = ((1, 3, 3, 1), (2, 7, 5, 3), (1, 17, 16, 64), (3, 13, 31, 37), (2, 8, 8, 16), (1, 3, 101, 5), (4, 16, 16, 17), (1, 20, 400, 40))
PLANES = ((1, 3, 3), (3, 7, 5), (2, 17, 16), (5, 13, 31), (7, 8, 9), (1, 101, 97), (16, 32, 32), (2, 180, 401))
BATCHES = (
    (1, 1, 1, 1),
    (3, 17, 31, 13),
    (2, 16, 16, 16),
    (5, 7, 11, 37),
    (2, 37, 129, 67),
    (4, 32, 64, 32),
    (13, 1, 64, 19),
    (2, 96, 700, 96),
)
SIGNALS = ((1, 1, 5, 1), (2, 3, 131, 5), (1, 8, 260, 8), (3, 5, 67, 7), (2, 4, 1031, 3), (5, 1, 64, 2), (1, 16, 36, 16), (1, 2, 70_000, 2))
KERNELS = (
    (1, 3, 3, 1, 1),
    (2, 7, 5, 3, 5),
    (1, 8, 8, 16, 16),
    (1, 13, 11, 7, 13),
    (3, 4, 6, 5, 2),
    (1, 3, 37, 1, 31),
    (2, 6, 6, 32, 8),
    (1, 6, 90, 64, 24),
)
NORMS = ((1, 1, 1), (2, 7, 131), (3, 16, 1024), (1, 3, 2011), (5, 1, 64), (2, 13, 17), (4, 8, 49), (1, 3, 20_011))


def _wide(a: Arrays, *names: str) -> list[np.ndarray]:
    return [a[name].astype(np.float64) for name in names]


def _sized(array: Arrays) -> Arrays:
    return {name: np.abs(values.astype(np.float64)) for name, values in array.items()}


def _sumpool(a: Arrays, _: Sizes) -> np.ndarray:
    (x,) = _wide(a, "X")
    return x[:, :-1, :-1] + x[:, 1:, :-1] + x[:, :-1, 1:] + x[:, 1:, 1:]


def _minpool(a: Arrays, _: Sizes) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(a["X"], (3, 3), axis=(1, 2))[:, ::2, ::2].min(axis=(3, 4))


def _bmm(a: Arrays, _: Sizes) -> np.ndarray:
    return np.matmul(*_wide(a, "A", "B"))


def _conv1d(a: Arrays, _: Sizes) -> np.ndarray:
    x, w = _wide(a, "X", "W")
    return np.einsum("nclk,fck->nfl", np.lib.stride_tricks.sliding_window_view(x, 5, axis=2), w, optimize=True)


def _conv2d_nhwc(a: Arrays, _: Sizes) -> np.ndarray:
    x, w = _wide(a, "X", "W")
    return np.einsum("nhwcrs,frsc->nhwf", np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2)), w, optimize=True)


def _instancenorm(a: Arrays, _: Sizes) -> np.ndarray:
    x, g, b = _wide(a, "X", "G", "B")
    centred = x - x.mean(axis=2, keepdims=True)
    return centred / np.sqrt(x.var(axis=2, keepdims=True) + 1e-5) * g[:, None] + b[:, None]


def _instancenorm_magnitude(a: Arrays, _: Sizes) -> np.ndarray:
    """Of the terms: the difference from the mean may cancel, and so may the mean of the squares less the mean's square."""
    x, g, b = _wide(a, "X", "G", "B")
    variance, square = x.var(axis=2, keepdims=True) + 1e-5, (x * x).mean(axis=2, keepdims=True)
    sizes = (np.abs(x) + np.abs(x).mean(axis=2, keepdims=True)) / np.sqrt(variance)
    return sizes * (1 + square / variance) * np.abs(g[:, None]) + np.abs(b[:, None])


WINDOWS: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator(
            "sumpool",
            (
                given("X", "batch", "height", "width", "channels"),
                Parameter("Y", "float32", "out", lambda s: (s["batch"], s["height"] - 1, s["width"] - 1, s["channels"])),
            ),
            ("batch", "height", "width", "channels"),
            IMAGES,
            _sumpool,
            1e-6,
            0.0,
            lambda a, s: _sumpool(_sized(a), s),
        ),
        Operator(
            "minpool",
            (
                given("X", "planes", "height", "width"),
                Parameter("Y", "float32", "out", lambda s: (s["planes"], (s["height"] - 3) // 2 + 1, (s["width"] - 3) // 2 + 1)),
            ),
            ("planes", "height", "width"),
            PLANES,
            _minpool,
            0.0,
            0.0,
        ),
        Operator(
            "bmm",
            (given("A", "batch", "M", "K"), given("B", "batch", "K", "N"), result("C", "batch", "M", "N")),
            ("batch", "M", "N", "K"),
            BATCHES,
            _bmm,
            1e-5,
            0.0,
            lambda a, s: _bmm(_sized(a), s),
        ),
        Operator(
            "conv1d",
            (
                given("X", "batch", "channels", "length"),
                given("W", "filters", "channels", "5"),
                Parameter("Y", "float32", "out", lambda s: (s["batch"], s["filters"], s["length"] - 4)),
            ),
            ("batch", "channels", "length", "filters"),
            SIGNALS,
            _conv1d,
            1e-5,
            0.0,
            lambda a, s: _conv1d(_sized(a), s),
        ),
        Operator(
            "conv2d_nhwc",
            (
                given("X", "batch", "height", "width", "channels"),
                given("W", "filters", "3", "3", "channels"),
                Parameter("Y", "float32", "out", lambda s: (s["batch"], s["height"] - 2, s["width"] - 2, s["filters"])),
            ),
            ("batch", "height", "width", "channels", "filters"),
            KERNELS,
            _conv2d_nhwc,
            1e-5,
            0.0,
            lambda a, s: _conv2d_nhwc(_sized(a), s),
        ),
        Operator(
            "instancenorm",
            (
                given("X", "batch", "channels", "pixels"),
                given("G", "channels"),
                given("B", "channels"),
                result("Y", "batch", "channels", "pixels"),
            ),
            ("batch", "channels", "pixels"),
            NORMS,
            _instancenorm,
            5e-5,
            1e-5,
            _instancenorm_magnitude,
        ),
    )
}
