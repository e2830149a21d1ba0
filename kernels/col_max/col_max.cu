// Maximum of every column: columns in a grid-stride loop.
#include <cuda_runtime.h>

__global__ void col_max(const float *A, float *T, int rows, int cols) {
  for (int c = blockIdx.x * blockDim.x + threadIdx.x; c < cols; c += blockDim.x * gridDim.x) {
    float top = A[c];
    for (int r = 1; r < rows; ++r) {
      float v = A[(long long)r * cols + c];
      if (v > top) top = v;
    }
    T[c] = top;
  }
}

extern "C" void col_max_kernel(const float *A, float *T, int rows, int cols) {
  float *dA, *dT;
  cudaMalloc((void **)&dA, rows * cols * sizeof(float));
  cudaMalloc((void **)&dT, cols * sizeof(float));
  cudaMemcpy(dA, A, rows * cols * sizeof(float), cudaMemcpyHostToDevice);
  col_max<<<32, 64>>>(dA, dT, rows, cols);
  cudaMemcpy(T, dT, cols * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
