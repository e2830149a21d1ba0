// Elementwise sum, four elements a thread, tail by the last threads.
#include <hip/hip_runtime.h>

#include <cstdio>
#include <cstdlib>

#define HIP_CHECK(expression)                                                          \
  {                                                                                    \
    const hipError_t status = expression;                                              \
    if (status != hipSuccess) {                                                        \
      std::fprintf(stderr, "HIP error %s at line %d\n", hipGetErrorString(status), __LINE__); \
      std::exit(1);                                                                    \
    }                                                                                  \
  }

__global__ void add(const float *A, const float *B, float *T, int n) {
  const int first = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
  if (first + 3 < n) {
    const float4 a = *reinterpret_cast<const float4 *>(A + first);
    const float4 b = *reinterpret_cast<const float4 *>(B + first);
    *reinterpret_cast<float4 *>(T + first) = make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
  } else {
    for (int i = first; i < n; ++i)
      T[i] = A[i] + B[i];
  }
}

extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *dA, *dB, *dT;
  HIP_CHECK(hipMalloc(&dA, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dB, n * sizeof(float)));
  HIP_CHECK(hipMalloc(&dT, n * sizeof(float)));
  HIP_CHECK(hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice));
  HIP_CHECK(hipMemcpy(dB, B, n * sizeof(float), hipMemcpyHostToDevice));
  const int blocks = (n + 1023) / 1024;
  hipLaunchKernelGGL(add, dim3(blocks), dim3(256), 0, 0, dA, dB, dT, n);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(dA));
  HIP_CHECK(hipFree(dB));
  HIP_CHECK(hipFree(dT));
}
