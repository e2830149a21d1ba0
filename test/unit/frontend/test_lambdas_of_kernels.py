"""Kernels that take a lambda: the variables that it keeps copies of are arguments."""

from __future__ import annotations

import pytest

from xpiler import frontend, lowering, raising
from xpiler.diagnostics import XpilerError
from xpiler.platforms.target import Target

SOURCE = """
#include <utility>
template <typename F> __global__ void each(int n, const float *a, float *c, F f) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = f(a[i], i);
}
template <typename F> void launch(int n, const float *a, float *c, F &&f) { each<<<(n + 127) / 128, 128>>>(n, a, c, std::forward<F>(f)); }
void twice(int n, const float *a, float *c) { launch(n, a, c, [] __device__(float x, int) { return 2.0f * x; }); }
void shifted(int n, const float *a, float *c, const float *b, float s) {
  float part = 0.5f * s;
  launch(n, a, c, [=] __device__(float x, int i) { return x + part * b[i] + s; });
}
"""


@pytest.mark.parametrize("target", ["bang", "hip"])
def test_copies_are_arguments(target: str) -> None:
    text = lowering.emit(lowering.lower(raising.raise_module(frontend.read(SOURCE, "cuda")), Target(target, "")))
    flat = " ".join(text.split())
    assert "each_lambda_8_63(int n, const float *a, float *c)" in flat
    assert "each_lambda_11_19(int n, const float *a, float *c, float part, const float *b, float s)" in flat
    assert "(n, a, c, part, b, s);" in flat


def test_a_copy_that_is_no_number_is_refused_at_its_place() -> None:
    text = SOURCE.replace("float part = 0.5f * s;", "const float *part[2] = {b, b};").replace("part * b[i]", "part[0][i]")
    with pytest.raises(XpilerError, match=r"<input>.cu:\d+:\d+: error"):
        frontend.read(text, "cuda")
