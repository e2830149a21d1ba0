// GELU in its tanh form, with a grid-stride loop.
#include <cuda_runtime.h>

__device__ __forceinline__ float gelu_tanh(float x) {
  const float scale = 0.7978845608f;  // sqrt(2 / pi)
  float cubic = x * x * x;
  return 0.5f * x * (1.0f + tanhf(scale * (x + 0.044715f * cubic)));
}

__global__ void gelu(const float *__restrict__ A, float *__restrict__ T, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x)
    T[i] = gelu_tanh(A[i]);
}

extern "C" void gelu_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  size_t bytes = n * sizeof(float);
  cudaMalloc((void **)&dA, bytes);
  cudaMalloc((void **)&dT, bytes);
  cudaMemcpy(dA, A, bytes, cudaMemcpyHostToDevice);
  gelu<<<64, 256>>>(dA, dT, n);
  cudaMemcpy(T, dT, bytes, cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
