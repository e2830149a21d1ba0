#include <hip/hip_runtime.h>
#include <float.h>

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

// Minimum over the middle axis of three: blocks over the outer axis, threads over the inner one.
__global__ void axis_min(const float *A, float *T, int axis, int inner) {
  const int o = blockIdx.y;
  const int k = blockIdx.x * blockDim.x + threadIdx.x;
  if (k < inner) {
    float low = FLT_MAX;
    for (int j = 0; j < axis; ++j) {
      const float v = A[((size_t)o * axis + j) * inner + k];
      low = v < low ? v : low;
    }
    T[(size_t)o * inner + k] = low;
  }
}

extern "C" void axis_min_kernel(const float *A, float *T, int outer, int axis, int inner) {
  float *a, *t;
  HIP_CHECK(hipMalloc(&a, sizeof(float) * outer * axis * inner));
  HIP_CHECK(hipMalloc(&t, sizeof(float) * outer * inner));
  HIP_CHECK(hipMemcpy(a, A, sizeof(float) * outer * axis * inner, hipMemcpyHostToDevice));
  axis_min<<<dim3((inner + 63) / 64, outer), 64>>>(a, t, axis, inner);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, sizeof(float) * outer * inner, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}
