"""Launches that choose the number of a block's threads by a size: each of them is proved, and each is asked for."""

from __future__ import annotations

import pytest
from all_sizes import doubt

from xpiler import frontend
from xpiler.frontend.options import ReadOptions

SOURCE = """
#include <cmath>
extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    float peak = -3.0e38f;
    for (int c = 0; c < cols; ++c) peak = fmaxf(peak, A[(long)r * cols + c]);
    T[r] = peak;
  }
}
"""
TARGET = """
#include <cstdint>
#include <HEADER>
template <int THREADS> __global__ void k(const float *A, float *T, int rows, int cols) {
  __shared__ float partial[16];
  float peak = -3.0e38f;
  for (int i = threadIdx.x; i < cols; i += THREADS) peak = fmaxf(peak, A[(int64_t)blockIdx.x * cols + i]);
  for (int offset = LANES / 2; offset > 0; offset /= 2) peak = fmaxf(peak, SHUFFLE);
  if (threadIdx.x % LANES == 0) partial[threadIdx.x / LANES] = peak;
  __syncthreads();
  peak = partial[0];
  for (int w = 1; w < WARPS; ++w) peak = fmaxf(peak, partial[w]);
  if (threadIdx.x == 0) T[blockIdx.x] = peak;
}
extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {
  float *a, *t;
  cudaMalloc((void **)&a, (int64_t)rows * cols * sizeof(float));
  cudaMalloc((void **)&t, rows * sizeof(float));
  cudaMemcpy(a, A, (int64_t)rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  if (cols <= 2048) {
    k<128><<<rows, 128>>>(a, t, rows, cols);
  } else {
    k<512><<<rows, 512>>>(a, t, rows, cols);
  }
  cudaMemcpy(T, t, rows * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(t);
}
"""
CUDA = {"HEADER": "cuda_runtime.h", "LANES": "32", "SHUFFLE": "__shfl_xor_sync(0xffffffff, peak, offset)"}
HIP = {"HEADER": "hip/hip_runtime.h", "LANES": "64", "SHUFFLE": "__shfl_xor(peak, offset)", "cuda": "hip"}


def _doubt(tmp_path, words: dict[str, str], change: tuple[str, str] = ("", "")) -> str:
    text = TARGET.replace("WARPS", f"THREADS / {words['LANES']}")
    for word, by in words.items():
        text = text.replace(word, by)
    assert change[0] in text
    suffix, platform = (".hip", "hip") if "cuda" in words else (".cu", "cuda")
    paths = [tmp_path / "source.cpp", tmp_path / f"target{suffix}"]
    for path, content in zip(paths, (SOURCE, text.replace(*change) if change[0] else text), strict=True):
        path.write_text(content)
    return doubt(*(frontend.read(path, of, ReadOptions()) for path, of in zip(paths, ("vnni", platform), strict=True)))


@pytest.mark.parametrize("words", [CUDA, HIP], ids=["cuda", "hip"])
def test_both_blocks_are_proved(tmp_path, words: dict[str, str]) -> None:
    assert _doubt(tmp_path, words) == ""


@pytest.mark.parametrize(
    "change",
    [
        ("k<512><<<rows, 512>>>", "k<512><<<rows, 256>>>"),  # half of the threads that the text counts on
        ("k<128><<<rows, 128>>>", "k<512><<<rows, 128>>>"),
        ("THREADS / 32; ++w", "4; ++w"),  # the warps of the smaller block alone
        ("} else {", "} else if (cols <= 1048576) {"),  # longer rows are left out
    ],
)
def test_one_that_is_wrong_is_not(tmp_path, change: tuple[str, str]) -> None:
    assert _doubt(tmp_path, CUDA, change) != ""
