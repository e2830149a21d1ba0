"""A product on matrix fragments for all sizes: halves with sums in float, bytes with sums in integers; what goes wrong is not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt

ELEMENTS = """
__global__ void elements(const half *A, const half *B, float *C, int M, int N, int K) {
  int i = blockIdx.y * 16 + threadIdx.y, j = blockIdx.x * 16 + threadIdx.x;
  float sum = 0.0f;
  if (i < M && j < N) {
    for (int k = 0; k < K; ++k) sum += __half2float(A[i * K + k]) * __half2float(B[k * N + j]);
    C[i * N + j] = sum;
  }
}
"""
TILES = """
__global__ void tiles(const half *A, const half *B, float *C, int M, int N, int K) {
  __shared__ alignas(32) half left[32][16];
  __shared__ alignas(32) half right[16][64];
  __shared__ alignas(32) float tile[32][32];
  int row = blockIdx.y * 32, col = blockIdx.x * 32, warp = threadIdx.x / 32;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc[2];
  for (int j = 0; j < 2; ++j) wmma::fill_fragment(acc[j], 0.0f);
  for (int k0 = 0; k0 < K; k0 += 16) {
    for (int s = 0; s < 8; ++s) {
      int r = threadIdx.x / 16 + s * 4, c = threadIdx.x % 16;
      left[r][c] = A[(row + r) * K + k0 + c];
    }
    for (int s = 0; s < 8; ++s) {
      int r = threadIdx.x / 32 + s * 2, c = threadIdx.x % 32;
      right[r][c / 16 * 32 + c % 16] = B[(k0 + r) * N + col + c];
    }
    __syncthreads();
    wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a;
    wmma::load_matrix_sync(a, left[0] + warp * 256, 16);
    for (int j = 0; j < 2; ++j) {
      wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::row_major> b;
      wmma::load_matrix_sync(b, right[0] + j * 32, 64);
      wmma::mma_sync(acc[j], a, b, acc[j]);
    }
    __syncthreads();
  }
  for (int j = 0; j < 2; ++j) wmma::store_matrix_sync(tile[0] + warp * 512 + j * 16, acc[j], 32, wmma::mem_row_major);
  __syncthreads();
  for (int s = 0; s < 16; ++s) {
    int r = threadIdx.x / 32 + s * 2, c = threadIdx.x % 32;
    C[(row + r) * N + col + c] = tile[r][c];
  }
}
"""
WHOLE = "if (M % 32 == 0 && N % 32 == 0 && K % 16 == 0) tiles<<<dim3(N / 32, M / 32), 64>>>(a, b, c, M, N, K); else "
TWINS = {
    "rows of the other warp": ("left[0] + warp * 256", "left[0] + (1 - warp) * 256", "not shown equal"),
    "a tile that is not whole": ("K % 16 == 0", "K % 8 == 0", ""),
    "sums that are not cleared": ("j < 2; ++j) wmma::fill", "j < 1; ++j) wmma::fill", ""),
    "no barrier before the tile is copied": ("  __syncthreads();\n  for (int s", "  for (int s", "not shown to be apart"),
    "no barrier behind the slice": ("    __syncthreads();\n  }", "  }", "not shown to be apart"),
    "lanes that start apart": ("right[0] + j * 32", "right[0] + threadIdx.x % 2 * 32", "differs between the lanes"),
    "lines too far apart": ("right[0] + j * 32, 64", "right[0] + j * 16, 16", ""),
    "a fragment that starts anywhere": ("left[0] + warp * 256", "left[0] + warp * 250", "alignment"),
    "half of a warp": ("      wmma::mma_sync", "      if (threadIdx.x % 32 < 16) wmma::mma_sync", "shown to reach"),
}


def text(kernels: str, launch: str) -> str:
    return (
        f"#include <cuda_fp16.h>\n#include <cuda_runtime.h>\n#include <mma.h>\nusing namespace nvcuda;\n{kernels}"
        'extern "C" void k_kernel(const half *A, const half *B, float *C, int M, int N, int K) {\n  half *a, *b;\n  float *c;\n'
        "  cudaMalloc(&a, sizeof(half) * M * K);\n  cudaMalloc(&b, sizeof(half) * K * N);\n  cudaMalloc(&c, sizeof(float) * M * N);\n"
        "  cudaMemcpy(a, A, sizeof(half) * M * K, cudaMemcpyHostToDevice);\n"
        "  cudaMemcpy(b, B, sizeof(half) * K * N, cudaMemcpyHostToDevice);\n"
        f"  {launch}elements<<<dim3((N + 15) / 16, (M + 15) / 16), dim3(16, 16)>>>(a, b, c, M, N, K);\n"
        "  cudaMemcpy(C, c, sizeof(float) * M * N, cudaMemcpyDeviceToHost);\n  cudaFree(a);\n  cudaFree(b);\n  cudaFree(c);\n}\n"
    )


def of_bytes(written: str) -> str:
    """The same product on bytes, whose sums are integers."""
    return (
        written.replace("sizeof(float)", "sizeof(int)")
        .replace("float", "int")
        .replace("__half2int", "(int)")
        .replace("cuda_fp16.h", "cstdint")
        .replace("half", "int8_t")
        .replace("0.0f", "0")
    )


@pytest.mark.parametrize("elements", [str, of_bytes], ids=["halves", "bytes"])
def test_equal_for_all_sizes(written, elements) -> None:
    source, target = text(ELEMENTS, ""), text(ELEMENTS + TILES, WHOLE)
    assert doubt(written(elements(source), ".cu"), written(elements(target), ".cu")) == ""


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_not_proved(written, twin: str) -> None:
    old, new, words = TWINS[twin]
    assert old in TILES + WHOLE
    kernels, launch = TILES.replace(old, new), WHOLE.replace(old, new)
    reason = doubt(written(text(ELEMENTS, ""), ".cu"), written(text(ELEMENTS + kernels, launch), ".cu"))
    assert reason != ""
    assert words in reason, reason


def test_an_integer_that_wrapped_is_not_extended(written) -> None:
    """A sum of bytes kept in a byte is another number than the sum."""
    source = 'extern "C" void k_kernel(const signed char *A, int *T, int n) {{\nfor (int i = 0; i < n; ++i) T[i] = {};\n}}\n'
    plain, narrow = source.format("A[i] + A[i]"), source.format("(signed char)(A[i] + A[i])")
    assert doubt(written(plain, ".cpp"), written(source.format("2 * A[i]"), ".cpp")) == ""
    assert "may have wrapped" in doubt(written(plain, ".cpp"), written(narrow, ".cpp"))
