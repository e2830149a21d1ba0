// The first index of the smallest value of every row: a warp a row.
#include <cuda_runtime.h>
#include <float.h>

#include <cstdio>
#include <cstdlib>

#define CUDA_CHECK(call)                                                              \
  do {                                                                                \
    const cudaError_t error = (call);                                                 \
    if (error != cudaSuccess) {                                                       \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error));  \
      exit(EXIT_FAILURE);                                                             \
    }                                                                                 \
  } while (0)

__global__ void argmin_warp(const float *x, int *out, int rows, int cols) {
  const int row = blockIdx.x * blockDim.y + threadIdx.y;
  if (row >= rows) return;
  const float *r = x + (size_t)row * cols;
  float low = FLT_MAX;
  int at = 0;
  for (int c = threadIdx.x; c < cols; c += 32) {
    if (r[c] < low) {
      low = r[c];
      at = c;
    }
  }
#pragma unroll
  for (int offset = 16; offset > 0; offset >>= 1) {
    const float other = __shfl_xor_sync(0xffffffff, low, offset);
    const int there = __shfl_xor_sync(0xffffffff, at, offset);
    if (other < low || (other == low && there < at)) {
      low = other;
      at = there;
    }
  }
  if (threadIdx.x == 0) out[row] = at;
}

extern "C" void argmin_kernel(const float *A, int *I, int rows, int cols) {
  float *a;
  int *i;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * rows * cols));
  CUDA_CHECK(cudaMalloc(&i, sizeof(int) * rows));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * rows * cols, cudaMemcpyHostToDevice));
  dim3 block(32, 4);
  argmin_warp<<<(rows + 3) / 4, block>>>(a, i, rows, cols);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(I, i, sizeof(int) * rows, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(i));
}
