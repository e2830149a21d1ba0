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

// [batch][seq][heads][dim] to [batch][heads][seq][dim], grid-stride over the elements of the input.
__global__ void split_heads(const float *x, float *y, int seq, int heads, int dim, int total) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < total; i += blockDim.x * gridDim.x) {
    int d = i % dim;
    int h = (i / dim) % heads;
    int s = (i / (dim * heads)) % seq;
    int b = i / (dim * heads * seq);
    y[((b * heads + h) * seq + s) * dim + d] = x[i];
  }
}

extern "C" void swap_heads_kernel(const float *A, float *T, int batch, int seq, int heads, int dim) {
  float *a, *t;
  HIP_CHECK(hipMalloc(&a, sizeof(float) * batch * seq * heads * dim));
  HIP_CHECK(hipMalloc(&t, sizeof(float) * batch * seq * heads * dim));
  HIP_CHECK(hipMemcpy(a, A, sizeof(float) * batch * seq * heads * dim, hipMemcpyHostToDevice));
  int total = batch * seq * heads * dim;
  split_heads<<<(total + 255) / 256, 256>>>(a, t, seq, heads, dim, total);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(T, t, sizeof(float) * batch * seq * heads * dim, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(a));
  HIP_CHECK(hipFree(t));
}
