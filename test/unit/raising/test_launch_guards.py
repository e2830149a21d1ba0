"""Launches under a guard that says what a parameter is."""

from __future__ import annotations

import re

from xpiler import frontend, raising

SUMS = """
template <int B> __global__ void sums(const float *x, float *y) {
  extern __shared__ float s[];
  s[threadIdx.x] = x[blockIdx.x * B + threadIdx.x];
  __syncthreads();
  for (int k = B / 2; k > 0; k >>= 1) {
    if (threadIdx.x < k) s[threadIdx.x] += s[threadIdx.x + k];
    __syncthreads();
  }
  if (threadIdx.x == 0) y[blockIdx.x] = s[0];
}
void go(const float *x, float *y, int blocks, int threads) {
  int bytes = threads * sizeof(float);
  switch (threads) {
    case 64: sums<64><<<blocks, threads, bytes>>>(x, y); break;
    case 32: sums<32><<<blocks, threads, bytes>>>(x, y); break;
  }
}
void each(const float *x, float *y, int blocks, int threads) {
  for (int t = 32; t <= 64; t += 32)
    if (blocks == 8) sums<64><<<blocks, t, 256>>>(x, y);
}
"""


def test_a_block_whose_size_is_guarded_has_that_size() -> None:
    """A tree over 64 threads is one sum, which it is not over a number of threads that only runs tell."""
    text = str(raising.raise_module(frontend.read(SUMS.split("void each")[0], "cuda")))
    for number in (64, 32):
        (kernel,) = re.findall(rf"func.func @sums_{number}\(.*?\n  }}", text, re.DOTALL)
        assert f"%c{number}" in kernel and "memref.alloca" not in kernel


def test_a_loop_around_a_launch_is_no_parameter() -> None:
    """The first variable of a loop is not the launcher's first parameter."""
    text = str(raising.raise_module(frontend.read(SUMS.split("void go")[0] + "void each" + SUMS.split("void each")[1], "cuda")))
    assert "scf.for" in text.split("func.func @each")[1]
