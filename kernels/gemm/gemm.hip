// C = A B in float, any sizes: 32 x 32 tiles in LDS, each of 16 x 16 threads keeps a 2 x 2 piece of C in registers.
#include <hip/hip_runtime.h>

constexpr int TILE = 32;
constexpr int SIDE = 16;

__global__ __launch_bounds__(256) void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
  __shared__ float a[TILE][TILE];
  __shared__ float b[TILE][TILE];
  const int tx = threadIdx.x;
  const int ty = threadIdx.y;
  const int row = blockIdx.y * TILE;
  const int col = blockIdx.x * TILE;
  float acc[2][2] = {};
  for (int k0 = 0; k0 < K; k0 += TILE) {
    for (int i = ty; i < TILE; i += SIDE)
      for (int j = tx; j < TILE; j += SIDE) {
        a[i][j] = row + i < M && k0 + j < K ? A[(row + i) * K + k0 + j] : 0.0f;
        b[i][j] = k0 + i < K && col + j < N ? B[(k0 + i) * N + col + j] : 0.0f;
      }
    __syncthreads();
    for (int k = 0; k < TILE; ++k)
#pragma unroll
      for (int i = 0; i < 2; ++i)
#pragma unroll
        for (int j = 0; j < 2; ++j) acc[i][j] += a[ty + SIDE * i][k] * b[k][tx + SIDE * j];
    __syncthreads();
  }
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 2; ++j) {
      const int r = row + ty + SIDE * i;
      const int c = col + tx + SIDE * j;
      if (r < M && c < N) C[r * N + c] = acc[i][j];
    }
}

extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) {
  float *dA, *dB, *dC;
  (void)hipMalloc(&dA, sizeof(float) * M * K);
  (void)hipMalloc(&dB, sizeof(float) * K * N);
  (void)hipMalloc(&dC, sizeof(float) * M * N);
  (void)hipMemcpy(dA, A, sizeof(float) * M * K, hipMemcpyHostToDevice);
  (void)hipMemcpy(dB, B, sizeof(float) * K * N, hipMemcpyHostToDevice);
  gemm<<<dim3((N + TILE - 1) / TILE, (M + TILE - 1) / TILE), dim3(SIDE, SIDE)>>>(dA, dB, dC, M, N, K);
  (void)hipMemcpy(C, dC, sizeof(float) * M * N, hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dB);
  (void)hipFree(dC);
}
