// y = A x: a warp a row, eight rows a block.
#include <cuda_runtime.h>

constexpr int kWarpSize = 32;
constexpr int kRowsPerBlock = 8;

__global__ void __launch_bounds__(kWarpSize *kRowsPerBlock) sgemv(const float *A, const float *x, float *y, int M, int N) {
  int row = blockIdx.x * kRowsPerBlock + threadIdx.y;
  if (row >= M) return;
  int lane = threadIdx.x;
  float sum = 0.f;
  const float *a = A + (int64_t)row * N;
  for (int j = lane; j < N; j += kWarpSize) sum += __ldg(&a[j]) * __ldg(&x[j]);
#pragma unroll
  for (int offset = kWarpSize / 2; offset > 0; offset /= 2) sum += __shfl_down_sync(0xffffffffu, sum, offset);
  if (lane == 0) y[row] = sum;
}

extern "C" void gemv_kernel(const float *A, const float *X, float *Y, int M, int N) {
  float *dA, *dX, *dY;
  cudaMalloc(&dA, sizeof(float) * M * N);
  cudaMalloc(&dX, sizeof(float) * N);
  cudaMalloc(&dY, sizeof(float) * M);
  cudaMemcpy(dA, A, sizeof(float) * M * N, cudaMemcpyHostToDevice);
  cudaMemcpy(dX, X, sizeof(float) * N, cudaMemcpyHostToDevice);
  dim3 block(kWarpSize, kRowsPerBlock);
  dim3 grid((M + kRowsPerBlock - 1) / kRowsPerBlock);
  sgemv<<<grid, block>>>(dA, dX, dY, M, N);
  cudaMemcpy(Y, dY, sizeof(float) * M, cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dX);
  cudaFree(dY);
}
