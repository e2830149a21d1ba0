// GELU (tanh form) by 1 / (1 + exp(-2 z)); one element a thread.
#include <hip/hip_runtime.h>

__device__ inline float fast_tanh(float z) { return 2.0f / (1.0f + expf(-2.0f * z)) - 1.0f; }

__global__ __launch_bounds__(256) void gelu(const float *A, float *T, int n) {
  const int i = hipBlockIdx_x * hipBlockDim_x + hipThreadIdx_x;
  if (i >= n) return;
  const float x = A[i];
  T[i] = 0.5f * x * (1.0f + fast_tanh(0.7978845608f * (x + 0.044715f * x * x * x)));
}

extern "C" void gelu_kernel(const float *A, float *T, int n) {
  float *dA = nullptr, *dT = nullptr;
  (void)hipMalloc(&dA, n * sizeof(float));
  (void)hipMalloc(&dT, n * sizeof(float));
  (void)hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice);
  gelu<<<dim3((n + 255) / 256), dim3(256), 0, 0>>>(dA, dT, n);
  (void)hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost);
  (void)hipFree(dA);
  (void)hipFree(dT);
}
