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

// Elementwise binary operations by functor.
struct Minus {
  __device__ float operator()(float x, float y) const { return x - y; }
};

template <typename Op>
__global__ __launch_bounds__(256) void binary(const float *x, const float *y, float *out, int n, Op op) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = op(x[i], y[i]);
}

extern "C" void sub_kernel(const float *A, const float *B, float *T, int n) {
  float *dA, *dB, *dT;
  HIP_CHECK(hipMalloc(&dA, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dB, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dT, n * sizeof(float)));
  HIP_CHECK(hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice));
  HIP_CHECK(hipMemcpy(dB, B, n * sizeof(float), hipMemcpyHostToDevice));
  hipLaunchKernelGGL(binary<Minus>, dim3((n + 255) / 256), dim3(256), 0, 0, dA, dB, dT, n, Minus());
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(dA));
  HIP_CHECK(hipFree(dB));
  HIP_CHECK(hipFree(dT));
}
