// The logistic function.
#include <cuda_runtime.h>

__global__ void logistic(const float *X, float *Y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Y[i] = 1.0f / (1.0f + expf(-X[i]));
  }
}

extern "C" void logistic_kernel(const float *X, float *Y, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  logistic<<<(n + 127) / 128, 128>>>(dX, dY, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}
