// Sine of every element, four consecutive elements a thread.
#include <cuda_runtime.h>

constexpr int PER_THREAD = 4;

__global__ void sine(const float *in, float *out, int n) {
  int first = (blockIdx.x * blockDim.x + threadIdx.x) * PER_THREAD;
#pragma unroll
  for (int k = 0; k < PER_THREAD; ++k) {
    int i = first + k;
    if (i < n) out[i] = sinf(in[i]);
  }
}

extern "C" void sin_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  cudaMalloc((void **)&dA, n * sizeof(float));
  cudaMalloc((void **)&dT, n * sizeof(float));
  cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice);
  int blocks = (n + 128 * PER_THREAD - 1) / (128 * PER_THREAD);
  sine<<<blocks, 128>>>(dA, dT, n);
  cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost);
  cudaFree(dA);
  cudaFree(dT);
}
