// ReLU with a cap (ReLU6 for cap = 6).
#include <cuda_runtime.h>

__global__ void capped(const float *X, float *Y, float cap, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Y[i] = fminf(fmaxf(X[i], 0.0f), cap);
  }
}

extern "C" void capped_kernel(const float *X, float *Y, float cap, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  capped<<<(n + 127) / 128, 128>>>(dX, dY, cap, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}
