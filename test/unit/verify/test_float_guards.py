"""Comparisons of floats that are numbers decide which threads read, as the comparison of the integers would."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import at_sizes
from xpiler.verify.verdict import Verdict

WARPS = """#include <cuda_runtime.h>
__global__ void k(const float *x, float *y, int n) {
  __shared__ float first[32];
  int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  if (lane == 0) first[warp] = x[blockIdx.x * 2 + warp];
  __syncthreads();
  y[blockIdx.x * 64 + threadIdx.x] = threadIdx.x < blockDim.x / 32.f ? first[lane] : 0.0f;
}
extern "C" void k_kernel(const float *hx, float *hy, int n) {
  float *x, *y;
  cudaMalloc(&x, n * 2 * sizeof(float));
  cudaMalloc(&y, n * 64 * sizeof(float));
  cudaMemcpy(x, hx, n * 2 * sizeof(float), cudaMemcpyHostToDevice);
  k<<<n, 64>>>(x, y, n);
  cudaMemcpy(hy, y, n * 64 * sizeof(float), cudaMemcpyDeviceToHost);
}
"""
PLAIN = """extern "C" void k_kernel(const float *x, float *y, int n) {{
  for (int b = 0; b < n; ++b)
    for (int t = 0; t < 64; ++t) y[b * 64 + t] = t < {many} ? x[b * 2 + t] : 0.0f;
}}
"""


@pytest.mark.parametrize(("many", "verdict"), [(2, Verdict.PROVED), (1, Verdict.UNSUPPORTED)])
def test_a_quotient_of_floats_guards_a_read(written, many: int, verdict: Verdict) -> None:
    found = at_sizes(written(WARPS, ".cu"), written(PLAIN.format(many=many), ".cpp"), {}, 20).answer
    assert found.verdict is verdict
