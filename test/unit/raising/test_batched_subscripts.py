"""An unsigned subscript within one matrix of a batch does not wrap, though the kernel does not know of the batch: its launch does."""

from __future__ import annotations

from xpiler import frontend, raising
from xpiler.frontend import ReadOptions

PRODUCT = """
#include <cuda_runtime.h>
__global__ void product(const float *A, const float *B, float *C, int M, int N, int K) {
  __shared__ float as[16][16], bs[16][16];
  const float *a = A + (size_t)blockIdx.z * M * K;
  const float *b = B + (size_t)blockIdx.z * K * N;
  const int row = blockIdx.y * 16 + threadIdx.y, col = blockIdx.x * 16 + threadIdx.x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += 16) {
    as[threadIdx.y][threadIdx.x] = GUARD && k0 + threadIdx.x < K ? a[row * K + k0 + threadIdx.x] : 0.0f;
    bs[threadIdx.y][threadIdx.x] = col < N && k0 + threadIdx.y < K ? b[(k0 + threadIdx.y) * N + col] : 0.0f;
    __syncthreads();
    for (int k = 0; k < 16; ++k) sum += as[threadIdx.y][k] * bs[k][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N) C[((size_t)blockIdx.z * M + row) * N + col] = sum;
}
void product_kernel(const float *A, const float *B, float *C, int batch, int M, int N, int K) {
  float *dA, *dB, *dC;
  cudaMalloc(&dA, batch * M * K * sizeof(float));
  cudaMalloc(&dB, batch * K * N * sizeof(float));
  cudaMalloc(&dC, batch * M * N * sizeof(float));
  product<<<dim3((N + 15) / 16, (M + 15) / 16, batch), dim3(16, 16)>>>(dA, dB, dC, M, N, K);
}
"""


def _kernel(guard: str) -> str:
    module = raising.raise_module(frontend.read(PRODUCT.replace("GUARD", guard), "cuda", ReadOptions()), normalize=False)
    return str(next(op for op in module.body.operations if "xpiler.kernel" in op.operation.attributes))


def test_rows_of_a_matrix_end_with_it() -> None:
    assert "index_castui" not in _kernel("row < M")


def test_rows_beyond_the_matrix_may_wrap() -> None:
    """The last block's rows are not below M: what they read is within no buffer."""
    assert "index_castui" in _kernel("row != 1")
