"""How near the register functions are to the numbers they stand for, over the whole range of float."""

from __future__ import annotations

import ctypes
import math
from pathlib import Path

import numpy as np
import pytest

from xpiler.platforms.vnni import toolchain
from xpiler.platforms.vnni.vector_library import FUNCTIONS

LANES = 16
SPECIAL = np.array(
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 88.72283, 88.72284, -87.33655, -103.2789, -103.98, -104.5, 3e38, -3e38, 1e-38],
    np.float32,
)


LOOP = """extern "C" void run_NAME(const float *x, float *y, int n) {
  for (int i = 0; i < n; i += 16) _mm512_storeu_ps(y + i, NAME512(_mm512_loadu_ps(x + i)));
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    if toolchain.find() is None:
        pytest.skip("needs g++")
    folder: Path = tmp_path_factory.mktemp("vector_library")
    source = folder / "library.cpp"
    texts = dict.fromkeys(text for parts in FUNCTIONS.values() for _, text in parts)
    source.write_text("\n".join(["#include <immintrin.h>", *texts, *(LOOP.replace("NAME", name) for name in FUNCTIONS)]))
    toolchain.build(source, folder / "library.so", openmp=False)
    return ctypes.CDLL(str(folder / "library.so"))


def computed(library: ctypes.CDLL, name: str, x: np.ndarray) -> np.ndarray:
    y = np.empty_like(x)
    assert x.size % LANES == 0
    getattr(library, f"run_{name}")(x.ctypes.data_as(ctypes.c_void_p), y.ctypes.data_as(ctypes.c_void_p), x.size)
    return y


def numbers() -> np.ndarray:
    """Floats of every exponent and both signs, and the range where the functions are neither 0 nor their limit."""
    bits = np.arange(0, 1 << 32, 65537, dtype=np.uint64).astype(np.uint32)
    spread = bits.view(np.float32)
    spread = spread[np.isfinite(spread)]
    dense = np.linspace(-105, 90, 1 << 16, dtype=np.float32)
    near = np.linspace(-1, 1, 1 << 15, dtype=np.float32)
    every = np.concatenate([spread, dense, near])
    return every[: every.size // LANES * LANES]


def ulps(value: np.ndarray, exact: np.ndarray) -> float:
    """The largest error in units of the last place of the exact result, which is at least the smallest subnormal."""
    bounded = np.clip(exact, -float(np.finfo(np.float32).max), float(np.finfo(np.float32).max))
    unit = np.spacing(np.abs(bounded).astype(np.float32)).astype(np.float64)
    return float(np.max(np.abs(value.astype(np.float64) - exact) / unit))


def exact_values(name: str, x: np.ndarray) -> np.ndarray:
    if name == "erf":
        return np.array([math.erf(v) for v in x.astype(np.float64)])
    return getattr(np, name)(x.astype(np.float64))


@pytest.mark.parametrize(("name", "promised"), [("exp", 1.0), ("tanh", 2.0), ("erf", 2.0), ("sin", 2.0), ("cos", 2.0)])
def test_error_is_what_the_text_says(library: ctypes.CDLL, name: str, promised: float) -> None:
    x = numbers()
    y = computed(library, name, x)
    with np.errstate(over="ignore", under="ignore"):
        exact = exact_values(name, x)
        overflows = exact.astype(np.float32) == np.inf
    np.testing.assert_array_equal(y[overflows], np.inf)
    assert ulps(y[~overflows], exact[~overflows]) <= promised


@pytest.mark.parametrize("name", FUNCTIONS)
def test_special_values(library: ctypes.CDLL, name: str) -> None:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        expected = exact_values(name, SPECIAL).astype(np.float32)
    result = computed(library, name, SPECIAL)
    np.testing.assert_array_equal(np.isnan(result), np.isnan(expected))
    if name != "sin":  # whose zeros have no sign
        np.testing.assert_array_equal(np.signbit(result[:4]), np.signbit(expected[:4]))
    np.testing.assert_allclose(result, expected, rtol=3e-7, atol=2e-45)
