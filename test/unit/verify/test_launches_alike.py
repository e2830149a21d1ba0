"""Launchers that ask in different words whether a size is a multiple of a power of two launch alike; other questions are others."""

from __future__ import annotations

import pytest

from xpiler.verify.pairing import to_prove

TEXT = """
#include <cstdint>
#include <cuda_runtime.h>
__global__ void scale(float *y, int n) {{ y[blockIdx.x * 32 + threadIdx.x] *= 2.0f; }}
extern "C" void scale_launch(cudaStream_t stream, float *y, int n) {{
  if ({device}) scale<<<n / 32, 32, 0, stream>>>(y, n);
}}
extern "C" void scale_kernel(float *y, int n) {{
  float *d;
  cudaMalloc(&d, sizeof(float) * n);
  cudaMemcpy(d, y, sizeof(float) * n, cudaMemcpyHostToDevice);
  if ({host}) scale<<<n / 32, 32>>>(d, n);
  cudaMemcpy(y, d, sizeof(float) * n, cudaMemcpyDeviceToHost);
  cudaFree(d);
}}
"""


@pytest.mark.parametrize(
    ("device", "host", "are_alike"),
    [
        ("n % 32 == 0", "(uint64_t)n % 32 == 0", True),
        ("n % 32 == 0", "(uint64_t)n % 64 == 0", False),
        ("n % 24 == 0", "(uint64_t)n % 24 == 0", False),
        ("n % 32 == 0", "(uint64_t)n % 32 != 0", False),
    ],
)
def test_multiples(written, device: str, host: str, are_alike: bool) -> None:
    assert (len(to_prove(written(TEXT.format(device=device, host=host), ".cu"))) == 1) is are_alike
