// Batched product: 16 x 16 tiles in shared memory, a matrix of the batch a block layer.
#include <cuda_runtime.h>

#define TILE 16

__global__ void bmm(const float *A, const float *B, float *C, int M, int N, int K) {
  __shared__ float as[TILE][TILE];
  __shared__ float bs[TILE][TILE];
  const float *a = A + (size_t)blockIdx.z * M * K;
  const float *b = B + (size_t)blockIdx.z * K * N;
  const int row = blockIdx.y * TILE + threadIdx.y;
  const int col = blockIdx.x * TILE + threadIdx.x;
  float sum = 0.0f;
  for (int k0 = 0; k0 < K; k0 += TILE) {
    as[threadIdx.y][threadIdx.x] = row < M && k0 + threadIdx.x < K ? a[row * K + k0 + threadIdx.x] : 0.0f;
    bs[threadIdx.y][threadIdx.x] = col < N && k0 + threadIdx.y < K ? b[(k0 + threadIdx.y) * N + col] : 0.0f;
    __syncthreads();
#pragma unroll
    for (int k = 0; k < TILE; ++k) sum += as[threadIdx.y][k] * bs[k][threadIdx.x];
    __syncthreads();
  }
  if (row < M && col < N) C[((size_t)blockIdx.z * M + row) * N + col] = sum;
}

extern "C" void bmm_kernel(const float *A, const float *B, float *C, int batch, int M, int N, int K) {
  float *dA, *dB, *dC;
  cudaMalloc(&dA, batch * M * K * sizeof(float));
  cudaMalloc(&dB, batch * K * N * sizeof(float));
  cudaMalloc(&dC, batch * M * N * sizeof(float));
  cudaMemcpy(dA, A, batch * M * K * sizeof(float), cudaMemcpyHostToDevice);
  cudaMemcpy(dB, B, batch * K * N * sizeof(float), cudaMemcpyHostToDevice);
  dim3 grid((N + TILE - 1) / TILE, (M + TILE - 1) / TILE, batch);
  bmm<<<grid, dim3(TILE, TILE)>>>(dA, dB, dC, M, N, K);
  cudaMemcpy(C, dC, batch * M * N * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dB);
  cudaFree(dC);
}
