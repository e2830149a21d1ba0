"""Arrays in constant memory that the host fills: arguments of kernels, buffers or parameters of launchers."""

from __future__ import annotations

import pytest

from xpiler import frontend, lowering, raising
from xpiler.diagnostics import Unsupported
from xpiler.platforms.target import Target

KERNEL = """
#define RADIUS 2
__constant__ float taps[2 * RADIUS + 1];
__constant__ int shift;
__device__ float tap(const float *x, int i, int j, int n) {
  int k = i + j - RADIUS;
  return k < 0 || k >= n ? 0.0f : x[k] * taps[j];
}
__global__ void blur(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float sum = shift;
  for (int j = 0; j <= 2 * RADIUS; ++j) sum += tap(x, i, j, n);
  y[i] = sum;
}
"""
FILLED = """
void run(const float *h, const int *by, const float *x, float *y, int n) {
  cudaMemcpyToSymbol(taps, h, sizeof(taps));
  cudaMemcpyToSymbol(shift, by, sizeof(int));
  blur<<<(n + 255) / 256, 256>>>(x, y, n);
}
"""
ELSEWHERE = """
void setup(const float *h) { cudaMemcpyToSymbol(taps, h, 5 * sizeof(float)); }
void run(const float *x, float *y, int n) { blur<<<(n + 255) / 256, 256>>>(x, y, n); }
"""


def written(source: str, target: str) -> str:
    text = lowering.emit(lowering.lower(raising.raise_module(frontend.read(source, "cuda")), Target(target, "")))
    return " ".join(text.split())


def test_a_launcher_that_fills_them_has_buffers() -> None:
    text = written(KERNEL + FILLED, "hip")
    assert "void blur(const float *x, float *y, int n, const float *taps, const int *shift)" in text
    assert "hipMalloc((void **)&taps, 5 * sizeof(float))" in text
    assert "hipMemcpy(taps, h, 5 * sizeof(float), hipMemcpyHostToDevice)" in text
    assert "(x, y, n, taps, shift);" in text and "hipFree(taps)" in text


@pytest.mark.parametrize("target", ["bang", "hip"])
def test_another_launcher_takes_them(target: str) -> None:
    text = written(KERNEL + ELSEWHERE, target)
    assert "void run(const float *x, float *y, int n, const float *taps, const int *shift" in text
    assert "blur_kernel(const float *x, float *y, int n, const float *taps, const int *shift)" in text


def test_a_copy_to_a_part_is_refused() -> None:
    with pytest.raises(Unsupported, match="a part of a symbol"):
        written(KERNEL + FILLED.replace("sizeof(taps)", "4, 8"), "hip")
