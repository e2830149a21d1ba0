"""A product by whole tiles in shared memory, wide copies and sums in registers, for all sizes; what goes wrong in a tile is not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

TILED = """
#include <cuda_runtime.h>
__global__ void tiles(const float *A, const float *B, float *C, int M, int N, int K) {
  __shared__ alignas(16) float left[32][20];
  __shared__ alignas(16) float right[16][32];
  int col = blockIdx.x * 32;
  for (int row = blockIdx.y * 32; row < M; row += gridDim.y * 32) {
    float acc[2][2][4];
    for (int g = 0; g < 2; ++g)
      for (int j = 0; j < 2; ++j)
        for (int l = 0; l < 4; ++l) acc[g][j][l] = 0.0f;
    for (int k0 = 0; k0 < K; k0 += 16) {
      for (int s = 0; s < 2; ++s) {
        float4 value = *(const float4 *)(A + (row + threadIdx.y + threadIdx.z * 8 + s * 16) * K + k0 + threadIdx.x * 4);
        *(float4 *)(left[0] + (threadIdx.y + threadIdx.z * 8 + s * 16) * 20 + threadIdx.x * 4) = value;
      }
      for (int s = 0; s < 2; ++s) {
        float4 value = *(const float4 *)(B + (k0 + threadIdx.y + s * 8) * N + col + threadIdx.z * 16 + threadIdx.x * 4);
        *(float4 *)(right[0] + (threadIdx.y + s * 8) * 32 + threadIdx.z * 16 + threadIdx.x * 4) = value;
      }
      __syncthreads();
      for (int k = 0; k < 16; ++k)
        for (int g = 0; g < 2; ++g)
          for (int j = 0; j < 2; ++j)
            for (int l = 0; l < 4; ++l)
              acc[g][j][l] += left[g * 16 + threadIdx.y * 2 + j][k] * right[k][threadIdx.z * 16 + threadIdx.x * 4 + l];
      __syncthreads();
    }
    for (int g = 0; g < 2; ++g)
      for (int j = 0; j < 2; ++j)
        for (int l = 0; l < 4; ++l)
          C[(row + g * 16 + threadIdx.y * 2 + j) * N + col + threadIdx.z * 16 + threadIdx.x * 4 + l] = acc[g][j][l];
    __syncthreads();
  }
}
__global__ void elements(const float *A, const float *B, float *C, int M, int N, int K) {
  int i = blockIdx.y * 16 + threadIdx.y, j = blockIdx.x * 16 + threadIdx.x;
  float sum = 0.0f;
  if (i < M && j < N) {
    for (int k = 0; k < K; ++k) sum += A[i * K + k] * B[k * N + j];
    C[i * N + j] = sum;
  }
}
extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) {
  float *a, *b, *c;
  cudaMalloc(&a, sizeof(float) * M * K);
  cudaMalloc(&b, sizeof(float) * K * N);
  cudaMalloc(&c, sizeof(float) * M * N);
  cudaMemcpy(a, A, sizeof(float) * M * K, cudaMemcpyHostToDevice);
  cudaMemcpy(b, B, sizeof(float) * K * N, cudaMemcpyHostToDevice);
  if (M % 32 == 0 && N % 32 == 0 && K % 16 == 0) {
    int rows = M / 32 < 65535 ? M / 32 : 65535;
    tiles<<<dim3(N / 32, rows), dim3(4, 8, 2)>>>(a, b, c, M, N, K);
  } else {
    elements<<<dim3((N + 15) / 16, (M + 15) / 16), dim3(16, 16)>>>(a, b, c, M, N, K);
  }
  cudaMemcpy(C, c, sizeof(float) * M * N, cudaMemcpyDeviceToHost);
  cudaFree(a);
  cudaFree(b);
  cudaFree(c);
}
"""
BEHIND_THE_SLICE = "      __syncthreads();\n    }\n    for (int g"
TWINS = {
    "a slice of 15": ("k < 16", "k < 15", "not shown equal"),
    "slices that overlap": ("k0 += 16", "k0 += 8", ""),
    "a stride of the wrong tile": ("s * 16) * 20 +", "s * 16) * 16 +", ""),
    "no barrier before the slice is read": ("      __syncthreads();\n      for", "      for", "not shown to be apart"),
    "no barrier behind the slice": (BEHIND_THE_SLICE, BEHIND_THE_SLICE.replace("      __syncthreads();\n", ""), "not shown to be apart"),
    "a tile that is not whole": ("K % 16 == 0", "K % 8 == 0", ""),
    "sums that are not cleared": ("l < 4; ++l) acc", "l < 3; ++l) acc", ""),
}


def test_equal_for_all_sizes(written) -> None:
    assert doubt(corpus("gemm", ".cpp"), written(TILED, ".cu")) == ""


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_not_proved(written, twin: str) -> None:
    old, new, words = TWINS[twin]
    assert old in TILED
    reason = doubt(corpus("gemm", ".cpp"), written(TILED.replace(old, new), ".cu"))
    assert reason != ""
    assert words in reason, reason
