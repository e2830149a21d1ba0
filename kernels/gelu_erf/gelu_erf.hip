#include <hip/hip_runtime.h>
#include <math.h>

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

// GELU by the error function, grid-stride.
struct Gelu {
  static constexpr float kAlpha = M_SQRT1_2;
  __device__ __forceinline__ static float apply(float x) { return 0.5f * x * (1.0f + ::erff(x * kAlpha)); }
};

template <class F>
__global__ void map(float *y, const float *x, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += blockDim.x * gridDim.x) y[i] = F::apply(x[i]);
}

extern "C" void gelu_erf_kernel(const float *A, float *T, int n) {
  float *a, *t;
  HIP_CHECK(hipMalloc(&a, sizeof(float) * n));
  HIP_CHECK(hipMalloc(&t, sizeof(float) * n));
  HIP_CHECK(hipMemcpy(a, A, sizeof(float) * n, hipMemcpyHostToDevice));
  map<Gelu><<<256, 128>>>(t, a, n);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, sizeof(float) * n, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}
