// Elementwise sum of two vectors, one thread an element.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

#define CHECK(call)                                                                   \
  do {                                                                                \
    cudaError_t status = (call);                                                      \
    if (status != cudaSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

__global__ void add(const float *A, const float *B, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    T[i] = A[i] + B[i];
}

extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *dA, *dB, *dT;
  CHECK(cudaMalloc(&dA, n * sizeof(float)));
  CHECK(cudaMalloc(&dB, n * sizeof(float)));
  CHECK(cudaMalloc(&dT, n * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dB, B, n * sizeof(float), cudaMemcpyHostToDevice));
  add<<<(n + 255) / 256, 256>>>(dA, dB, dT, n);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dB));
  CHECK(cudaFree(dT));
}
