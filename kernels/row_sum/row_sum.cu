// Sum of every row: one warp a row, four rows a block, shuffles downwards.
#include <cuda_runtime.h>

__global__ void row_sum(const float *A, float *T, int rows, int cols) {
  int r = blockIdx.x * blockDim.y + threadIdx.y;
  if (r >= rows)
    return;
  float sum = 0.f;
  for (int c = threadIdx.x; c < cols; c += 32)
    sum += A[r * cols + c];
#pragma unroll
  for (int delta = 16; delta > 0; delta /= 2)
    sum += __shfl_down_sync(0xffffffffu, sum, delta);
  if (threadIdx.x == 0)
    T[r] = sum;
}

extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, sizeof(float) * rows * cols);
  cudaMalloc(&dT, sizeof(float) * rows);
  cudaMemcpy(dA, A, sizeof(float) * rows * cols, cudaMemcpyHostToDevice);
  dim3 block(32, 4);
  dim3 grid((rows + block.y - 1) / block.y);
  row_sum<<<grid, block>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, sizeof(float) * rows, cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
