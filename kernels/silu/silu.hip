#include <hip/hip_runtime.h>

// SiLU, x * sigmoid(x), grid-stride loop.
__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

__global__ void silu(const float *A, float *T, size_t n) {
  size_t i = blockIdx.x * blockDim.x + threadIdx.x;
  for (; i < n; i += (size_t)gridDim.x * blockDim.x) T[i] = A[i] * sigmoid(A[i]);
}

#define HIP_CHECK(call)                      \
  do {                                       \
    hipError_t status = call;                \
    if (status != hipSuccess) return;        \
  } while (0)

extern "C" void silu_kernel(const float *A, float *T, int n) {
  float *a, *t;
  size_t bytes = n * sizeof(float);
  HIP_CHECK(hipMalloc(&a, bytes));
  HIP_CHECK(hipMalloc(&t, bytes));
  HIP_CHECK(hipMemcpy(a, A, bytes, hipMemcpyHostToDevice));
  hipLaunchKernelGGL(silu, dim3(120), dim3(256), 0, 0, a, t, n);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, bytes, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}
