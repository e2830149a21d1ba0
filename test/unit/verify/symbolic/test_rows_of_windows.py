"""Allocations of `batch * (length - taps + 1)` elements are rows of as many as there are windows, for all sizes."""

from __future__ import annotations

import pytest
from all_sizes import doubt

SIZES = "const float *X, const float *W, float *Y, int batch, int length, int taps"
PLAIN = (
    f'extern "C" void k_kernel({SIZES}) {{\n  int out = length - taps + 1;\n'
    "  for (int b = 0; b < batch; ++b) for (int i = 0; i < out; ++i) {\n    float sum = 0.0f;\n"
    "    for (int k = 0; k < taps; ++k) sum += X[b * length + i + k] * W[k];\n    Y[b * out + i] = sum;\n  }\n}\n"
)
WINDOWS = """
__global__ void k(const float *x, const float *w, float *y, int length, int taps) {
  int i = blockIdx.x * 64 + threadIdx.x, out = length - taps + 1;
  if (i >= out) return;
  float sum = 0.0f;
  for (int k = 0; k < taps; ++k) sum += x[blockIdx.y * length + i + k] * w[k];
  y[blockIdx.y * out + i] = sum;
}
extern "C" void k_kernel(const float *X, const float *W, float *Y, int batch, int length, int taps) {
  if (length < taps) return;
  size_t n = (size_t)batch * (length - taps + 1);
  float *x, *w, *y;
  cudaMalloc(&x, (size_t)batch * length * sizeof(float));
  cudaMalloc(&w, taps * sizeof(float));
  cudaMalloc(&y, n * sizeof(float));
  cudaMemcpy(x, X, (size_t)batch * length * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(w, W, taps * sizeof(float), cudaMemcpyHostToDevice);
  k<<<dim3((length - taps + 64) / 64, batch), 64>>>(x, w, y, length, taps);
  cudaMemcpy(Y, y, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(w);
  cudaFree(y);
}
"""
TWINS = [
    ("i + k]", "i + k + 1]"),
    ("(size_t)batch * (length - taps + 1)", "(size_t)batch * (length - taps)"),
    ("(size_t)batch * (length - taps + 1)", "(size_t)batch * (length - taps + 2)"),
    ("(length - taps + 64) / 64", "(length - taps + 63) / 64"),
    ("out = length - taps + 1;", "out = length - taps;"),
    ("y[blockIdx.y * out", "y[blockIdx.y * length"),
    ("k < taps", "k < taps - 1"),
    ("w[k]", "w[taps - 1 - k]"),
]


def test_windows_are_proved(written) -> None:
    assert doubt(written(PLAIN, ".cpp"), written(WINDOWS, ".cu")) == ""
    assert doubt(written(WINDOWS, ".cu"), written(PLAIN, ".cpp")) == ""


@pytest.mark.parametrize(("old", "new"), TWINS)
def test_what_is_off_is_not_proved(written, old: str, new: str) -> None:
    assert old in WINDOWS
    assert doubt(written(PLAIN, ".cpp"), written(WINDOWS.replace(old, new), ".cu"))
