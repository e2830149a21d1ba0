"""Kernels in shared form, lowered to every platform, run there, and compared with numpy."""

from __future__ import annotations

import numpy as np
import pytest

PLATFORMS = ("vnni", "cuda", "bang")
ALL = ("vnni", "cuda", "hip", "bang")
_RANDOM = np.random.default_rng(7)


def floats(*shape: int) -> np.ndarray:
    return _RANDOM.standard_normal(shape).astype(np.float32)


def poison(*shape: int, dtype: type = np.float32) -> np.ndarray:
    return np.full(shape, -99, dtype)


@pytest.mark.parametrize("platform", ALL)
def test_add(translate, run_text, platform: str) -> None:
    a, b = floats(1000), floats(1000)
    *_, t = run_text(translate("add", platform), platform, "add_kernel", a, b, poison(1000), 777)
    np.testing.assert_array_equal(t[:777], (a + b)[:777])
    np.testing.assert_array_equal(t[777:], poison(223))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_gemm(translate, run_text, platform: str) -> None:
    a, b = floats(13, 7), floats(7, 37)
    *_, c = run_text(translate("gemm", platform), platform, "gemm_kernel", a, b, poison(13, 37), 13, 37, 7)
    np.testing.assert_allclose(c, a @ b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("platform", ALL)
def test_rows_in_blocks(translate, run_text, platform: str) -> None:
    a = floats(5, 96)
    _, t = run_text(translate("row_softmax", platform), platform, "softmax_kernel", a, poison(5, 96), 5)
    e = np.exp(a - a.max(1, keepdims=True))
    np.testing.assert_allclose(t, e / e.sum(1, keepdims=True), rtol=1e-4)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_phases_in_order(translate, run_text, platform: str) -> None:
    a = floats(700)
    _, t, u = run_text(translate("two_phases", platform), platform, "reverse_kernel", a, poison(700), poison(700), 700)
    np.testing.assert_array_equal(t, a + 1)
    np.testing.assert_array_equal(u, (a + 1)[::-1])


@pytest.mark.parametrize("platform", PLATFORMS)
def test_atomic_sum_after_a_store(translate, run_text, platform: str) -> None:
    a = np.arange(600, dtype=np.float32)
    _, t = run_text(translate("total", platform), platform, "total_kernel", a, poison(1), 600)
    assert t[0] == a.sum()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_int8_products_are_exact(translate, run_text, platform: str) -> None:
    a, b = (_RANDOM.integers(-128, 128, shape).astype(np.int8) for shape in ((11, 40), (24, 40)))
    *_, c = run_text(translate("int8_gemm", platform), platform, "gemm_s8_kernel", a, b, poison(11, 24, dtype=np.int32), 11)
    np.testing.assert_array_equal(c, a.astype(np.int32) @ b.astype(np.int32).T)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_half_is_rounded_once(translate, run_text, platform: str) -> None:
    from math import erf

    a = floats(100).astype(np.float16)
    _, t = run_text(translate("half_gelu", platform), platform, "gelu_kernel", a, poison(100, dtype=np.float16), 100)
    expected = np.array([0.5 * x * (1 + erf(x * 0.7071067811865475)) for x in a.astype(np.float64)])
    np.testing.assert_allclose(t.astype(np.float64), expected, rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_three_dimensions(translate, run_text, platform: str) -> None:
    a = floats(3, 40, 5)
    _, t = run_text(translate("transpose3", platform), platform, "transpose3_kernel", a, poison(5, 3, 40), 3, 40, 5)
    np.testing.assert_array_equal(t, a.transpose(2, 0, 1))
