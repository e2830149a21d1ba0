// 1 / (1 + e^-x) for every element, two elements a thread a block apart.
#include <hip/hip_runtime.h>

#define BLOCK 128

__global__ void __launch_bounds__(BLOCK) sigmoid(const float *__restrict__ x, float *__restrict__ y, int n) {
  int i = blockIdx.x * BLOCK * 2 + threadIdx.x;
  if (i < n) y[i] = 1.f / (1.f + __expf(-x[i]));
  i += BLOCK;
  if (i < n) y[i] = 1.f / (1.f + __expf(-x[i]));
}

extern "C" void sigmoid_kernel(const float *A, float *T, int n) {
  float *dA, *dT;
  (void)hipMalloc(&dA, n * sizeof(float));
  (void)hipMalloc(&dT, n * sizeof(float));
  (void)hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice);
  sigmoid<<<(n + 2 * BLOCK - 1) / (2 * BLOCK), BLOCK>>>(dA, dT, n);
  (void)hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}
