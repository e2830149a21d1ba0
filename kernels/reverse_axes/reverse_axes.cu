// [planes][rows][cols] to [cols][rows][planes]: 16 x 16 tiles of planes and columns for every row.
#include <cuda_runtime.h>

#define T16 16

__global__ void transpose_210(const float *A, float *T, int planes, int rows, int cols) {
  __shared__ float tile[T16][T16 + 1];
  int r = blockIdx.z;
  int c = blockIdx.x * T16 + threadIdx.x;
  int p = blockIdx.y * T16 + threadIdx.y;
  if (p < planes && c < cols) tile[threadIdx.y][threadIdx.x] = A[(p * rows + r) * cols + c];
  __syncthreads();
  p = blockIdx.y * T16 + threadIdx.x;
  c = blockIdx.x * T16 + threadIdx.y;
  if (p < planes && c < cols) T[(c * rows + r) * planes + p] = tile[threadIdx.x][threadIdx.y];
}

extern "C" void reverse_axes_kernel(const float *A, float *T, int planes, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc(&dA, planes * rows * cols * sizeof(float));
  cudaMalloc(&dT, planes * rows * cols * sizeof(float));
  cudaMemcpy(dA, A, planes * rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  dim3 grid((cols + T16 - 1) / T16, (planes + T16 - 1) / T16, rows);
  transpose_210<<<grid, dim3(T16, T16)>>>(dA, dT, planes, rows, cols);
  cudaMemcpy(T, dT, planes * rows * cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
