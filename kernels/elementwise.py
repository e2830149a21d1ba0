"""Elementwise operators as rows of the corpus."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from entry import VECTORS, Arrays, Operator, Sizes
from network import given, result


def _angles(array: np.ndarray, _: Sizes) -> np.ndarray:
    """Within two pi, where BANG's sine is defined."""
    return np.fmod(array, 6.25)


_erf = np.frompyfunc(math.erf, 1, 1)


def _gelu_erf(x: np.ndarray) -> np.ndarray:
    return 0.5 * x * (1 + _erf(x / math.sqrt(2)).astype(np.float64))


def _unary(
    name: str, function: Callable[[np.ndarray], np.ndarray], relative: float, absolute: float, values: Callable | None = None
) -> Operator:
    def reference(a: Arrays, _: Sizes) -> np.ndarray:
        return function(a["A"].astype(np.float64))

    return Operator(name, (given("A", "n", values=values), result("T", "n")), ("n",), VECTORS, reference, relative, absolute)


ELEMENTWISE: dict[str, Operator] = {
    op.name: op
    for op in (
        Operator("sub", (given("A", "n"), given("B", "n"), result("T", "n")), ("n",), VECTORS, lambda a, _: a["A"] - a["B"], 0.0, 0.0),
        _unary("sign", np.sign, 0.0, 0.0),
        _unary("sin", np.sin, 1e-5, 2e-6, _angles),
        _unary("relu", lambda x: np.maximum(x, 0), 0.0, 0.0),
        _unary("sigmoid", lambda x: 1 / (1 + np.exp(-x)), 1e-5, 1e-7),
        _unary("gelu_erf", _gelu_erf, 1e-5, 2e-6),
    )
}
