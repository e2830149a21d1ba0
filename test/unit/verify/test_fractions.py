"""Parameters that a launcher makes integers of are run as fractions: other conversions have no value."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler import frontend
from xpiler.verify.model.side import Unit
from xpiler.verify.sampling import arguments

DROPOUT = """
__global__ void dropout(const float *x, const unsigned *mask, unsigned threshold, float scale, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] * (mask[i] > threshold) * scale;
}
void launch(const float *x, const unsigned *mask, float *y, int n, float ratio) {
  unsigned threshold = static_cast<unsigned>(4294967295.0f * ratio);
  dropout<<<(n + 255) / 256, 256>>>(x, mask, threshold, RATE, y, n);
}
"""


@pytest.mark.parametrize(("rate", "is_fraction"), [("1.0f / (1.0f - ratio)", True), ("ratio", True)])
def test_a_ratio_of_a_threshold(rate: str, is_fraction: bool) -> None:
    unit = Unit.of(frontend.read(DROPOUT.replace("RATE", rate), "cuda"))
    ratio = next(p for p in unit.parameters if p.name == "ratio")
    assert ratio.is_fraction is is_fraction
    made = [arguments([ratio], {}, lambda _: 0, np.random.default_rng(seed), "usual")[0] for seed in range(40)]
    assert max(made) < 1


def test_a_factor_of_data_is_any_number() -> None:
    """`(int)(x[i] * scale)` is a matter of the data."""
    text = """
__global__ void quantise(const float *x, int *y, float scale, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = (int)(x[i] * scale);
}
void launch(const float *x, int *y, float scale, int n) { quantise<<<(n + 255) / 256, 256>>>(x, y, scale, n); }
"""
    unit = Unit.of(frontend.read(text, "cuda"))
    assert not any(p.is_fraction for p in unit.parameters)
