// C = A B, int8 in, int32 out, exact: 16 x 16 tiles in shared memory.
#include <cuda_runtime.h>
#include <cstdint>

constexpr int TILE = 16;

__global__ void gemm_int8(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  __shared__ int8_t As[TILE][TILE];
  __shared__ int8_t Bs[TILE][TILE + 1];
  const int tx = threadIdx.x, ty = threadIdx.y;
  const int row = blockIdx.y * TILE + ty;
  const int col = blockIdx.x * TILE + tx;
  int acc = 0;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    As[ty][tx] = row < M && k0 + tx < K ? A[row * K + k0 + tx] : 0;
    Bs[ty][tx] = k0 + ty < K && col < N ? B[(k0 + ty) * N + col] : 0;
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE; ++k)
      acc += As[ty][k] * Bs[k][tx];
    __syncthreads();
  }
  if (row < M && col < N)
    C[row * N + col] = acc;
}

extern "C" void gemm_int8_kernel(const int8_t *A, const int8_t *B, int *C, int M, int N, int K) {
  int8_t *dA, *dB;
  int *dC;
  cudaMalloc(&dA, M * K);
  cudaMalloc(&dB, K * N);
  cudaMalloc(&dC, M * N * sizeof(int));
  cudaMemcpy(dA, A, M * K, cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, K * N, cudaMemcpyHostToDevice);
  dim3 grid((N + TILE - 1) / TILE, (M + TILE - 1) / TILE);
  gemm_int8<<<grid, dim3(TILE, TILE)>>>(dA, dB, dC, M, N, K);
  cudaMemcpy(C, dC, M * N * sizeof(int), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dB);
  cudaFree(dC);
}
