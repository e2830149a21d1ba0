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

// Sum pooling, NHWC, window KH x KW, stride 1: a thread an output element.
template <int KH, int KW>
__global__ void sum_pool_nhwc(const float *x, float *y, int H, int W, int C, int OH, int OW, int total) {
  const int idx = blockIdx.x * blockDim.x + threadIdx.x;
  if (idx >= total) return;
  const int c = idx % C;
  const int ow = (idx / C) % OW;
  const int oh = (idx / (C * OW)) % OH;
  const int n = idx / (C * OW * OH);
  float acc = 0.0f;
#pragma unroll
  for (int i = 0; i < KH; ++i) {
#pragma unroll
    for (int j = 0; j < KW; ++j) acc += x[((n * H + oh + i) * W + ow + j) * C + c];
  }
  y[idx] = acc;
}

extern "C" void sumpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  const int oh = height - 1;
  const int ow = width - 1;
  float *x, *y;
  HIP_CHECK(hipMalloc(&x, sizeof(float) * batch * height * width * channels));
  HIP_CHECK(hipMalloc(&y, sizeof(float) * batch * oh * ow * channels));
  HIP_CHECK(hipMemcpy(x, X, sizeof(float) * batch * height * width * channels, hipMemcpyHostToDevice));
  const int total = batch * oh * ow * channels;
  sum_pool_nhwc<2, 2><<<(total + 255) / 256, 256>>>(x, y, height, width, channels, oh, ow, total);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(Y, y, sizeof(float) * batch * oh * ow * channels, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(x));
  HIP_CHECK(hipFree(y));
}
