"""Products on AMD's matrix cores for all sizes; what takes another lane's element, or not all lanes, is not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt

ELEMENTS = """
extern "C" void k_kernel(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  if (M % 32 || N % 32 || K % 16) return;
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      float sum = 0.0f;
      for (int k = 0; k < K; ++k) sum += (float)A[i * K + k] * (float)B[k * N + j];
      C[i * N + j] = sum;
    }
}
"""
TILES = """
#include <hip/hip_fp16.h>
#include <hip/hip_runtime.h>
typedef float sums __attribute__((ext_vector_type(SUMS)));
typedef _Float16 halfx4 __attribute__((ext_vector_type(4)));
__global__ void tiles(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  int row = blockIdx.y * SIDE, col = blockIdx.x * SIDE, line = threadIdx.x % SIDE, group = threadIdx.x / SIDE * 4;
  sums acc = sums{};
  for (int k = 0; k < K; k += DEPTH) {
    const _Float16 *p = A + (row + line) * K + k + group, *q = B + (k + group) * N + col + line;
    halfx4 a = halfx4{p[0], p[1], p[2], p[3]}, b = halfx4{q[0], q[N], q[2 * N], q[3 * N]};
    acc = __builtin_amdgcn_mfma_f32_KIND(a, b, acc, 0, 0, 0);
  }
  for (int i = 0; i < SUMS; ++i) C[(row + i / 4 * 8 + i % 4 + group) * N + col + line] = acc[i];
}
extern "C" void k_kernel(const _Float16 *A, const _Float16 *B, float *C, int M, int N, int K) {
  if (M % 32 || N % 32 || K % 16) return;
  _Float16 *a, *b;
  float *c;
  hipMalloc(&a, 2 * M * K); hipMalloc(&b, 2 * K * N); hipMalloc(&c, 4 * M * N);
  hipMemcpy(a, A, 2 * M * K, hipMemcpyHostToDevice); hipMemcpy(b, B, 2 * K * N, hipMemcpyHostToDevice);
  tiles<<<dim3(N / SIDE, M / SIDE), THREADS>>>(a, b, c, M, N, K);
  hipMemcpy(C, c, 4 * M * N, hipMemcpyDeviceToHost);
  hipFree(a); hipFree(b); hipFree(c);
}
"""
SHAPES = {
    "32": {"KIND": "32x32x8f16", "SIDE": "32", "SUMS": "16", "DEPTH": "8", "THREADS": "64"},
    "16": {"KIND": "16x16x16f16", "SIDE": "16", "SUMS": "4", "DEPTH": "16", "THREADS": "64"},
}
TWINS = {
    "operands in the other order": ("(a, b, acc,", "(b, a, acc,", "not shown equal"),
    "rows of another group": ("i / 4 * 8 + i % 4 + group", "i / 4 * 8 + i % 4 + (4 - group)", ""),
    "rows one after the other": ("i / 4 * 8 + i % 4 + group", "i + group * 4", "not shown equal"),
    "columns of the depth apart": ("+ k + group", "+ k + threadIdx.x % 32 / 16 * 4", "not shown equal"),
    "sums that go on": ("C[(row + i / 4", "C[(row + (i + 1) / 4", ""),
    "half of a wave": ("    acc = __", "    if (line < 16) acc = __", "not all lanes of a wave"),
    "half of the depth": ("k += DEPTH", "k += 2 * DEPTH", "not shown equal"),
    "a lane behind the last one": ("= acc[i]", "= acc[i + 1]", "within its vector"),
    "an exchange between lanes beside it": ("= acc[i]", "= __shfl(acc[i], 0)", "exchange values in other ways"),
    "blocks that are no whole waves": (", THREADS>>>", ", 96>>>", "no multiple of 64"),
}


def text(shape: str, old: str = "", new: str = "") -> str:
    assert old in TILES
    written = TILES.replace(old, new) if old else TILES
    for word, meaning in SHAPES[shape].items():
        written = written.replace(word, meaning)
    return written


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_for_all_sizes(written, shape: str) -> None:
    assert doubt(written(ELEMENTS, ".cpp"), written(text(shape), ".hip")) == ""


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_not_proved(written, twin: str) -> None:
    old, new, words = TWINS[twin]
    reason = doubt(written(ELEMENTS, ".cpp"), written(text("32", old, new), ".hip"))
    assert reason != ""
    assert words in reason, reason
