// Sign of every element: -1, 0 or 1.
#include <cuda_runtime.h>

__global__ void sign(const float *A, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float x = A[i];
  T[i] = (x > 0.0f) - (x < 0.0f);
}

extern "C" void sign_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc(&dA, n * sizeof(float));
  cudaMalloc(&dT, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice);
  sign<<<(n + 511) / 512, 512>>>(dA, dT, n);
  cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
