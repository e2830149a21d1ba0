"""Blocks of a run-time number of threads whose lanes exchange values: rows are rows, whatever the number."""

from __future__ import annotations

import pytest

from xpiler.dialects import context
from xpiler.frontend import read
from xpiler.raising import raise_module

ROWS = """
__global__ void norms(const float *A, float *T, int cols) {
  __shared__ float partial[32];
  float s = 0.0f;
  for (int c = threadIdx.x; c < cols; c += blockDim.x) s += A[blockIdx.x * cols + c] * A[blockIdx.x * cols + c];
  for (int o = 16; o > 0; o >>= 1) s += SHUFFLE;
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = s;
  __syncthreads();
  s = threadIdx.x < (blockDim.x / 32.f) ? partial[threadIdx.x % 32] : 0.0f;
  for (int o = 16; o > 0; o >>= 1) s += __shfl_xor_sync(~0u, s, o);
  if (threadIdx.x == 0) T[blockIdx.x] = sqrtf(s);
}
void launch(const float *A, float *T, int rows, int cols) {
  int threads = LAUNCHED;
  norms<<<rows, threads>>>(A, T, cols);
}
"""


def raised(shuffle: str, launched: str) -> str:
    text = ROWS.replace("SHUFFLE", shuffle).replace("LAUNCHED", launched)
    return str(raise_module(read(text, "cuda", context=context())))


@pytest.mark.parametrize("launched", ["cols % 32 != 0 ? 1024 : min(cols, 1024)", "cols < 512 ? (cols + 31) / 32 * 32 : 512"])
@pytest.mark.parametrize("shuffle", ["__shfl_xor_sync(~0u, s, o)", "__shfl_down_sync(~0u, s, o)"])
def test_a_row_is_summed_by_one_loop(shuffle: str, launched: str) -> None:
    text = raised(shuffle, launched)
    assert text.count("scf.for ") == 1
    assert "memref.alloca" not in text


def test_a_value_of_the_first_lane_asks_for_no_whole_warp() -> None:
    """Each lane adds what lane 0 has: that means something for 48 threads too."""
    alone = ROWS.replace("s += __shfl_xor_sync(~0u, s, o)", "s += o").replace("SHUFFLE", "__shfl_sync(~0u, s, 0)")
    assert "whole warp" not in str(raise_module(read(alone.replace("LAUNCHED", "cols"), "cuda", context=context())))


def test_half_a_wave_may_be_all_there_is() -> None:
    """Exchanges within 32 lanes mean something for blocks of 32 threads, on waves of 64 too."""
    halves = ROWS.replace("SHUFFLE", "__shfl_xor(s, o)").replace("__shfl_xor_sync(~0u, s, o)", "__shfl_xor(s, o)")
    whole = halves.replace("o = 16", "o = 32")
    texts = [str(raise_module(read(text.replace("LAUNCHED", "cols"), "hip", context=context()))) for text in (halves, whole)]
    assert ["whole warp" in text for text in texts] == [False, True]
