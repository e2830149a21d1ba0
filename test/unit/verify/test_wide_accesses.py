"""Wide accesses in proofs: arrays aligned by their declaration, rows by a condition on their length, copies through another type."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict

SOURCE = """
#include <stdint.h>
extern "C" void k_kernel(const TYPE *A, TYPE *T, int rows, int cols) {
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) T[r * cols + c] = A[r * cols + c];
}
"""
TARGET = """
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <stdint.h>
__global__ void k(const TYPE *A, TYPE *T, int rows, int cols) {
  __shared__ ALIGNED TYPE piece[32 * LANES];
  for (int r = 0; r < rows; ++r) {
    if (CONDITION) {
      for (int c = threadIdx.x * LANES; c < cols; c += 32 * LANES) {
        *(VECTOR *)(piece + threadIdx.x * LANES) = *(const VECTOR *)(A + r * cols + c);
        VECTOR value = *(const VECTOR *)(piece + threadIdx.x * LANES);
        *(VECTOR *)(T + r * cols + c) = value;
      }
    } else {
      for (int c = threadIdx.x; c < cols; c += 32) T[r * cols + c] = A[r * cols + c];
    }
  }
}
extern "C" void k_kernel(const TYPE *A, TYPE *T, int rows, int cols) {
  TYPE *a, *t;
  cudaMalloc(&a, rows * cols * sizeof(TYPE));
  cudaMalloc(&t, rows * cols * sizeof(TYPE));
  cudaMemcpy(a, A, rows * cols * sizeof(TYPE), cudaMemcpyHostToDevice);
  k<<<1, 32>>>(a, t, rows, cols);
  cudaMemcpy(T, t, rows * cols * sizeof(TYPE), cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(t);
}
"""
KINDS = {"float": ("float4", 4), "half": ("uint4", 8), "int8_t": ("int4", 16)}


def source(kind: str) -> str:
    """A copy in C."""
    return SOURCE.replace("TYPE", {"half": "_Float16"}.get(kind, kind))


def target(kind: str, aligned: str = "alignas(16)", condition: str = "cols % LANES == 0 && rows % 1 == 0") -> str:
    """The copy through shared memory, sixteen bytes at a time where the condition holds."""
    vector, lanes = KINDS[kind]
    text = TARGET.replace("ALIGNED", aligned).replace("CONDITION", condition)
    return text.replace("TYPE", kind).replace("VECTOR", vector).replace("LANES", str(lanes))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("aligned", ["alignas(16)", "__attribute__((aligned(32)))"])
def test_aligned_copies_are_proved(written, kind: str, aligned: str) -> None:
    lanes = KINDS[kind][1]
    for cols in (lanes, 5):
        found = answer(written(source(kind), ".cpp"), written(target(kind, aligned), ".cu"), {"rows": 2, "cols": cols})
        assert found.verdict is Verdict.PROVED, found


@pytest.mark.parametrize("kind", KINDS)
def test_a_twin_is_not_proved(written, kind: str) -> None:
    lanes = KINDS[kind][1]
    for text, cols in (
        (target(kind, aligned=""), lanes),
        (target(kind, aligned="alignas(8)"), lanes),
        (target(kind, condition="true"), lanes + 1),
        (
            target(kind).replace("r * cols + c) = value", "r * cols + c) = *(const VECTOR *)piece".replace("VECTOR", KINDS[kind][0])),
            2 * lanes,
        ),
    ):
        found = answer(written(source(kind), ".cpp"), written(text, ".cu"), {"rows": 2, "cols": cols})
        assert found.verdict is not Verdict.PROVED, (text, found)


TILED = """
#include <cuda_runtime.h>
__global__ void whole(const float *A, float *T, int rows, int cols) {
  for (int r = 0; r < rows; ++r)
    for (int c = threadIdx.x; c < cols; c += 32) T[r * cols + c] = A[r * cols + c] WRONG;
}
__global__ void rest(const float *A, float *T, int rows, int cols) {
  __shared__ float sums[SLOW];
  for (int r = 0; r < rows; ++r)
    for (int c = threadIdx.x; c < cols; c += 32) {
      for (int i = 0; i < SLOW / 32; ++i) sums[threadIdx.x + 32 * i] = A[r * cols + c];
      T[r * cols + c] = sums[threadIdx.x];
    }
}
extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {
  float *a, *t;
  cudaMalloc(&a, rows * cols * sizeof(float));
  cudaMalloc(&t, rows * cols * sizeof(float));
  cudaMemcpy(a, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  bool is_whole = rows % 4 == 0 && cols % 64 == 0;
  if (is_whole) whole<<<1, 32>>>(a, t, rows, cols);
  if (!is_whole) rest<<<1, 32>>>(a, t, rows, cols);
  cudaMemcpy(T, t, rows * cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(t);
}
"""


@pytest.mark.parametrize(("wrong", "verdict"), [("", Verdict.PROVED), ("+ 1.0f", Verdict.UNSUPPORTED)])
def test_a_kernel_for_several_whole_extents_is_looked_at(written, wrong: str, verdict: Verdict) -> None:
    """No single size makes the launcher choose the kernel: all of them have to be multiples at once."""
    text = TILED.replace("WRONG", wrong).replace("SLOW", "1024")
    found = staged(written(source("float"), ".cpp"), written(text, ".cu"), {}, 20).answer
    assert found.verdict is verdict, found
