// GELU by the error function: x / 2 (1 + erf(x / sqrt 2)).
#include <cuda_runtime.h>

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

__global__ void gelu_erf(const float *input, float *output, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    const float x = input[i];
    output[i] = x * 0.5f * (1.0f + erff(x * 0.70710678118654752440f));
  }
}

extern "C" void gelu_erf_kernel(const float *A, float *T, int n) {
  float *a, *t;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * n));
  CUDA_CHECK(cudaMalloc(&t, sizeof(float) * n));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * n, cudaMemcpyHostToDevice));
  dim3 block(256);
  dim3 grid((n + block.x - 1) / block.x);
  gelu_erf<<<grid, block>>>(a, t, n);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(T, t, sizeof(float) * n, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(t));
}
