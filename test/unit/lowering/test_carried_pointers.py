"""Launchers that swap pointers from one launch to the next: variables that are pointers."""

from __future__ import annotations

import pytest

from xpiler import frontend, lowering, raising
from xpiler.platforms.target import Target

SWEEPS = """
#include <utility>
__global__ void sweep(const float *a, float *b, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i > 0 && i < n - 1) b[i] = 0.5f * (a[i - 1] + a[i + 1]);
}
void sweeps(float *now, float *next, int n, int steps) {
  for (int s = 0; s < steps; ++s) {
    sweep<<<(n + 255) / 256, 256>>>(now, next, n);
    std::swap(now, next);
  }
}
"""


@pytest.mark.parametrize("target", ["bang", "hip", "vnni"])
def test_swapped_pointers_are_variables(target: str) -> None:
    module = raising.raise_module(frontend.read(SWEEPS, "cuda"))
    text = lowering.emit(lowering.lower(module, Target(target, "")))
    assert "  float *now_ = now;\n  float *next_ = next;\n  for (int s = 0; s < steps; ++s) {" in text
    assert "    float *next_now_ = next_;\n    next_ = now_;\n    now_ = next_now_;\n  }" in text
