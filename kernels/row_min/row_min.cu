// Minimum of every row: a warp a row, butterfly shuffles.
#include <cuda_runtime.h>
#include <math_constants.h>

__global__ void row_min(const float *__restrict__ A, float *__restrict__ T, int rows, int cols) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) >> 5;
  const int lane = threadIdx.x & 31;
  if (row >= rows) return;
  float low = CUDART_INF_F;
  for (int c = lane; c < cols; c += 32) low = fminf(low, A[row * cols + c]);
#pragma unroll
  for (int m = 16; m; m >>= 1) low = fminf(low, __shfl_xor_sync(0xffffffff, low, m));
  if (lane == 0) T[row] = low;
}

extern "C" void row_min_kernel(const float *A, float *T, int rows, int cols) {
  float *d_a, *d_t;
  cudaMalloc(&d_a, sizeof(float) * rows * cols);
  cudaMalloc(&d_t, sizeof(float) * rows);
  cudaMemcpy(d_a, A, sizeof(float) * rows * cols, cudaMemcpyHostToDevice);
  row_min<<<(rows + 3) / 4, 128>>>(d_a, d_t, rows, cols);
  cudaMemcpy(T, d_t, sizeof(float) * rows, cudaMemcpyDeviceToHost);
  cudaFree(d_a);
  cudaFree(d_t);
}
