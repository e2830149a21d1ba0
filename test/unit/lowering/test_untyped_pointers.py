"""`void *` in outputs: nothing is read through one, and what a launcher casts it to has the platform's name."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler

BLOCKS = """#include <cuda_fp16.h>
#include <stdint.h>
typedef struct { half d; int8_t qs[32]; } block_q8;
__global__ void dequantize(const void *__restrict__ vx, float *__restrict__ y, const int k) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= k) return;
  const block_q8 *x = (const block_q8 *)vx;
  y[i] = (float)x[i / 32].qs[i % 32] * __half2float(x[i / 32].d);
}
void launch(const void *vx, float *y, const int k, cudaStream_t s) { dequantize<<<(k + 255) / 256, 256, 0, s>>>(vx, y, k); }
"""
HALVES = """#include <bang.h>
__nram__ half tile[4096];
__mlu_global__ void twice(const half *x, half *y, int n) {
  for (int i = taskId * 4096; i < n; i += taskDim * 4096) {
    int len = min(4096, n - i);
    __memcpy(tile, x + i, len * sizeof(half), GDRAM2NRAM);
    __bang_add(tile, tile, tile, len);
    __memcpy(y + i, tile, len * sizeof(half), NRAM2GDRAM);
  }
}
void launch(cnrtQueue_t q, const void *x, void *y, int n) {
  cnrtDim3_t dim = {4, 1, 1};
  twice<<<dim, cnrtFuncTypeUnion1, q>>>((const half *)x, (half *)y, n);
}
"""


@pytest.mark.parametrize("target", ["bang", "vnni"])
def test_a_kernel_reads_through_a_typed_pointer(tmp_path: Path, target: str) -> None:
    """The parameter keeps its type, and the text compiles."""
    (tmp_path / "source.cu").write_text(BLOCKS)
    made = xpiler.translate(tmp_path / "source.cu", to=target, verify="test")
    assert made.answer.verdict.value == "tested"
    kernel = made.text.split("dequantize(", 1)[1].split("\n}\n")[0]
    assert kernel.startswith("const void *__restrict__ vx, ") and "const int8_t *vx_bytes = (const int8_t *)vx;" in kernel


@pytest.mark.parametrize(("target", "name"), [("vnni", "_Float16"), ("cuda", "half")])
def test_a_launcher_casts_to_the_name_of_the_platform(tmp_path: Path, target: str, name: str) -> None:
    (tmp_path / "source.mlu").write_text(HALVES)
    made = xpiler.translate(tmp_path / "source.mlu", to=target, verify="test")
    assert made.answer.verdict.value == "tested" and f"(const {name} *)x" in made.text
