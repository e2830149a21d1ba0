// Signs for a binary network: zero counts as positive.
#include <cuda_runtime.h>

__global__ void binarize(const float *X, float *Y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Y[i] = X[i] >= 0.0f ? 1.0f : -1.0f;
  }
}

extern "C" void binarize_kernel(const float *X, float *Y, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  binarize<<<(n + 127) / 128, 128>>>(dX, dY, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}
