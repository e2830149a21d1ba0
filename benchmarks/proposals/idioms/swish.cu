// Swish (SiLU): x times its logistic.
#include <cuda_runtime.h>

__global__ void swish(const float *X, float *Y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    float x = X[i];
    Y[i] = x / (1.0f + expf(-x));
  }
}

extern "C" void swish_kernel(const float *X, float *Y, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  swish<<<(n + 127) / 128, 128>>>(dX, dY, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}
