"""Extents of a launcher's arrays where its launches stand in loops: the largest that any launch states."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.diagnostics import Unsupported
from xpiler.frontend.options import ReadOptions
from xpiler.verify import signature
from xpiler.verify.buffer_extents import by_launched_kernels

SHIFTED = """
__global__ void shift(const float *x, float *y, int n, int k) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i + k] = x[i];
}
void launch(const float *x, float *y, int n, int most) { LOOP }
"""
LAUNCH = "shift<<<(n + 255) / 256, 256>>>(x, y, n, k);"
COUNTED = f"for (int k = 0; k < most; ++k) {LAUNCH}"
DOUBLED = f"for (int k = 1; k <= most; k <<= 1) if (k != 8) {LAUNCH}"
NESTED = "for (int j = most; j > 0; j >>= 1) for (int i = 0; i < 3; ++i) { int k = i * 10 + j; " + LAUNCH + " }"
SWAPPED = "for (int k = 0; k < most; ++k) { " + LAUNCH + " float *t = (float *)x; x = y; y = t; }"


def _extents(loop: str, **sizes: int) -> dict[str, int]:
    module = frontend.read(SHIFTED.replace("LOOP", loop), "cuda", ReadOptions())
    launcher = signature.callable_launcher(module)
    assert launcher is not None
    shared = raising.raise_module(module)
    return by_launched_kernels(launcher, shared)(sizes)


@pytest.mark.parametrize(
    ("loop", "most", "expected"),
    [(COUNTED, 7, 11 + 6), (DOUBLED, 15, 11 + 4), (DOUBLED, 16, 11 + 16), (NESTED, 5, 11 + 25)],
)
def test_the_largest_of_all_launches_counts(loop: str, most: int, expected: int) -> None:
    assert _extents(loop, n=11, most=most) == {"x": 11, "y": expected}


def test_a_launcher_that_launches_nothing_reaches_no_kernel() -> None:
    with pytest.raises(Unsupported, match="the extent of parameter 'x' is not known"):
        _extents(COUNTED, n=11, most=0)


def test_pointers_that_change_places_are_not_taken_for_parameters() -> None:
    with pytest.raises(Unsupported, match=r"the extent of .* is not known"):
        _extents(SWAPPED, n=11, most=3)


def test_a_loop_that_goes_round_too_often_is_refused() -> None:
    with pytest.raises(Unsupported, match="too often"):
        _extents(COUNTED, n=11, most=100_000)
