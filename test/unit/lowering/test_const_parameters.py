"""A kernel that takes memory it only reads as `float *` can be called with the launcher's `const float *` where that is the same memory."""

from __future__ import annotations

from pathlib import Path

import xpiler

TEXT = """#include <cuda_runtime.h>
__global__ void twice(float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = 2.0f * x[i];
}
extern "C" void twice_kernel(const float *x, float *y, int n) {
  float *dx, *dy;
  cudaMalloc(&dx, n * sizeof(float));
  cudaMalloc(&dy, n * sizeof(float));
  cudaMemcpy(dx, x, n * sizeof(float), cudaMemcpyHostToDevice);
  twice<<<(n + 255) / 256, 256>>>(dx, dy, n);
  cudaMemcpy(y, dy, n * sizeof(float), cudaMemcpyDeviceToHost);
}
"""


def _translated(tmp_path: Path, to: str) -> str:
    source = tmp_path / "twice.cu"
    source.write_text(TEXT)
    return xpiler.translate(str(source), to=to, verify="none").text


def test_the_host_takes_const(tmp_path: Path) -> None:
    assert "void twice(const float *x, float *y, int n)" in _translated(tmp_path, "vnni")


def test_a_device_keeps_the_spelling(tmp_path: Path) -> None:
    assert "void twice(float *x, float *y, int n)" in _translated(tmp_path, "bang")
