// A mask of the elements above a level.
#include <cuda_runtime.h>

__global__ void above(const float *X, float *Y, float level, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Y[i] = X[i] > level ? 1.0f : 0.0f;
  }
}

extern "C" void above_kernel(const float *X, float *Y, float level, int n) {
  float *dX, *dY;
  cudaMalloc(&dX, n * sizeof(float));
  cudaMalloc(&dY, n * sizeof(float));
  cudaMemcpy(dX, X, n * sizeof(float), cudaMemcpyHostToDevice);
  above<<<(n + 127) / 128, 128>>>(dX, dY, level, n);
  cudaMemcpy(Y, dY, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dX);
  cudaFree(dY);
}
