// Sum of every column: a thread a column, neighbouring threads read neighbouring floats.
#include <cuda_runtime.h>

__global__ void col_sum(const float *A, float *T, int rows, int cols) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= cols) return;
  float sum = 0.0f;
  for (int r = 0; r < rows; ++r) sum += A[r * cols + c];
  T[c] = sum;
}

extern "C" void col_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, rows * cols * sizeof(float));
  cudaMalloc(&dT, cols * sizeof(float));
  cudaMemcpy(dA, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  col_sum<<<(cols + 127) / 128, 128>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
