#include <hip/hip_runtime.h>

// y = A x: one wave of 64 lanes a row.
__global__ void gemv_wave64(const float *A, const float *x, float *y, int M, int N) {
  const int wave = (blockIdx.x * blockDim.x + threadIdx.x) / 64;
  const int lane = threadIdx.x & 63;
  if (wave >= M) return;
  float sum = 0.0f;
  for (int k = lane; k < N; k += 64) sum += A[wave * N + k] * x[k];
  for (int d = 32; d >= 1; d >>= 1) sum += __shfl_xor(sum, d, 64);
  if (lane == 0) y[wave] = sum;
}

extern "C" void gemv_kernel(const float *A, const float *X, float *Y, int M, int N) {
  float *dA, *dX, *dY;
  hipMalloc((void **)&dA, sizeof(float) * M * N);
  hipMalloc((void **)&dX, sizeof(float) * N);
  hipMalloc((void **)&dY, sizeof(float) * M);
  hipMemcpy(dA, A, sizeof(float) * M * N, hipMemcpyHostToDevice);
  hipMemcpy(dX, X, sizeof(float) * N, hipMemcpyHostToDevice);
  const int threads = 256, rows_per_block = threads / 64;
  gemv_wave64<<<(M + rows_per_block - 1) / rows_per_block, threads>>>(dA, dX, dY, M, N);
  hipMemcpy(Y, dY, sizeof(float) * M, hipMemcpyDeviceToHost);
  hipFree(dA);
  hipFree(dX);
  hipFree(dY);
}
