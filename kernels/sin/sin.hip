// Sine of every element.
#include <hip/hip_runtime.h>

#include <cstdio>
#include <cstdlib>

#define HIP_CHECK(call)                                                             \
  do {                                                                              \
    hipError_t err = call;                                                          \
    if (err != hipSuccess) {                                                        \
      fprintf(stderr, "HIP error: %s, line %d\n", hipGetErrorString(err), __LINE__); \
      abort();                                                                      \
    }                                                                               \
  } while (0)

__global__ void sin_f32(const float *x, float *y, size_t n) {
  size_t i = (size_t)blockIdx.x * blockDim.x + threadIdx.x;
  const size_t step = (size_t)blockDim.x * gridDim.x;
  for (; i < n; i += step) y[i] = sinf(x[i]);
}

extern "C" void sin_kernel(const float *A, float *T, int n) {
  float *a, *t;
  HIP_CHECK(hipMalloc(&a, sizeof(float) * n));
  HIP_CHECK(hipMalloc(&t, sizeof(float) * n));
  HIP_CHECK(hipMemcpy(a, A, sizeof(float) * n, hipMemcpyHostToDevice));
  sin_f32<<<dim3(64), dim3(256)>>>(a, t, (size_t)n);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, sizeof(float) * n, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}
