"""Matrix fragments: products of tiles are proved; a wrong layout, a missing barrier and misaligned memory are not."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.verdict import Verdict

PRODUCT = """
extern "C" void k_kernel(const _Float16 *A, const _Float16 *B, float *C) {
  for (int i = 0; i < 16; ++i)
    for (int j = 0; j < 16; ++j) {
      float sum = 0.0f;
      for (int k = 0; k < 16; ++k) sum += (float)A[i * 16 + k] * (float)B[k * 16 + j];
      C[i * 16 + j] = SCALE sum;
    }
}
"""
TILE = """
#include <cuda_fp16.h>
#include <cuda_runtime.h>
#include <mma.h>
using namespace nvcuda;
__global__ void k(const half *A, const half *B, float *C) {
  __shared__ float tile[256];
  wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a;
  wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::LAYOUT> b;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc;
  wmma::fill_fragment(acc, 0.0f);
  wmma::load_matrix_sync(a, A, 16);
  wmma::load_matrix_sync(b, B START, 16);
  wmma::mma_sync(acc, a, b, acc);
  ELEMENTS
  wmma::store_matrix_sync(tile, acc, 16, wmma::mem_row_major);
  BARRIER
  for (int i = threadIdx.x; i < 256; i += 32) C[i] = tile[i];
}
extern "C" void k_kernel(const half *A, const half *B, float *C) {
  half *a, *b;
  float *c;
  cudaMalloc(&a, 256 * sizeof(half));
  cudaMalloc(&b, 264 * sizeof(half));
  cudaMalloc(&c, 256 * sizeof(float));
  cudaMemcpy(a, A, 256 * sizeof(half), cudaMemcpyHostToDevice);
  cudaMemcpy(b, B, 256 * sizeof(half), cudaMemcpyHostToDevice);
  k<<<1, 32>>>(a, b, c);
  cudaMemcpy(C, c, 256 * sizeof(float), cudaMemcpyDeviceToHost);
}
"""
DOUBLED = "for (int i = 0; i < acc.num_elements; ++i) acc.x[i] *= 2.0f;"


def tile(layout: str = "row_major", start: str = "", barrier: str = "__syncthreads();", elements: str = "") -> str:
    return TILE.replace("LAYOUT", layout).replace("START", start).replace("BARRIER", barrier).replace("ELEMENTS", elements)


@pytest.mark.parametrize(("scale", "elements"), [("", ""), ("2.0f *", DOUBLED)])
def test_a_product_of_fragments_is_the_product(written, scale: str, elements: str) -> None:
    found = answer(written(PRODUCT.replace("SCALE", scale), ".cpp"), written(tile(elements=elements), ".cu"), {})
    assert found.verdict is Verdict.PROVED, found
    assert any("'tile' starts at a multiple of 32 bytes" in text for text in found.assumptions)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (tile("col_major"), "C["),
        (tile(barrier=""), "race"),
        (tile(start="+ 8"), "32 bytes"),
        (tile(elements="if (threadIdx.x == 3) acc.x[0] = 1.0f;"), "C["),
    ],
    ids=["layout", "barrier", "alignment", "one-element"],
)
def test_a_twin_is_not_proved(written, text: str, reason: str) -> None:
    found = answer(written(PRODUCT.replace("SCALE", ""), ".cpp"), written(text, ".cu"), {})
    assert found.verdict is Verdict.UNSUPPORTED
    assert reason in found.reason
