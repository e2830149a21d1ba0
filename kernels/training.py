"""Training, scans and grids as rows of the corpus: AdamW, prefix sums, histograms, stencils."""

from __future__ import annotations

import numpy as np
from entry import Arrays, Operator, Parameter, Sizes
from network import given, result, shaped

LENGTHS = ((1,), (2,), (97,), (1009,), (1024,), (4096,), (20_011,), (300_000,))
TABLES = ((1, 1), (1, 2), (7, 131), (5, 512), (3, 1031), (64, 256), (17, 1024), (2, 150_000))
GRIDS = ((1, 1), (2, 2), (3, 3), (7, 131), (31, 37), (64, 64), (33, 1031), (300, 517))
ADAMW = (1e-3, 0.9, 0.999, 1e-8, 0.01)  # rate, beta1, beta2, epsilon, decay
ALPHA = 0.2


def updated(name: str, *extents: str, values=None) -> Parameter:
    """An array that the kernel reads and writes."""
    return Parameter(name, "float32", "inout", shaped(*extents), values)


def _adamw(a: Arrays, s: Sizes) -> Arrays:
    p, m, v, g = (a[name].astype(np.float64) for name in "PMVG")
    rate, beta1, beta2, eps, decay = ADAMW
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    ratio = m / (1 - beta1 ** s["step"]) / (np.sqrt(v / (1 - beta2 ** s["step"])) + eps)
    return {"P": p - rate * (ratio + decay * p), "M": m, "V": v}


def _adamw_magnitude(a: Arrays, s: Sizes) -> np.ndarray:
    """Of the parameters, which is more than that of the moments' terms."""
    return np.abs(a["P"]) + np.abs(a["M"]) + np.abs(a["V"]) + np.abs(a["G"]) + a["G"].astype(np.float64) ** 2


def _histogram(a: Arrays, s: Sizes) -> np.ndarray:
    inside = a["X"][(a["X"] >= 0) & (a["X"] < s["bins"])]
    return np.bincount(inside, minlength=s["bins"])


def _stencil(u: np.ndarray, alpha: float, centre: float) -> np.ndarray:
    out = u.copy()
    around = u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1]
    out[1:-1, 1:-1] += alpha * (around + centre * u[1:-1, 1:-1])
    return out


TRAINING: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator(
            "adamw",
            (*(updated(name, "n") for name in "PM"), updated("V", "n", values=lambda array, _: np.abs(array)), given("G", "n")),
            ("n", "step"),
            tuple((*length, step) for length, step in zip(LENGTHS, (1, 2, 3, 10, 100, 1000, 5, 7), strict=True)),
            _adamw,
            2e-5,
            1e-6,
            _adamw_magnitude,
            ADAMW,
        ),
        Operator(
            "prefix_sum",
            (given("X", "rows", "cols"), result("Y", "rows", "cols")),
            ("rows", "cols"),
            TABLES,
            lambda a, s: a["X"].astype(np.float64).cumsum(axis=1),
            1e-4,
            0.0,
            lambda a, s: np.abs(a["X"].astype(np.float64)).cumsum(axis=1),
        ),
        Operator(
            "histogram",
            (
                given("X", "n", dtype="int32", values=lambda array, s: array % (s["bins"] + 2) - 1),
                result("H", "bins", dtype="int32"),
            ),
            ("n", "bins"),
            ((1, 1), (2, 7), (97, 13), (1009, 31), (1024, 256), (4096, 10), (20_011, 257), (300_000, 1000)),
            _histogram,
            0.0,
            0.0,
        ),
        Operator(
            "stencil",
            (given("U", "height", "width"), result("V", "height", "width")),
            ("height", "width"),
            GRIDS,
            lambda a, s: _stencil(a["U"].astype(np.float64), ALPHA, -4),
            1e-5,
            1e-6,
            lambda a, s: _stencil(np.abs(a["U"].astype(np.float64)), ALPHA, 4),
            (ALPHA,),
        ),
    )
}
