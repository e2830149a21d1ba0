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

// 2-D convolution, NHWC, 3 x 3, stride 1, no padding; weights [filter][3][3][channel]: a thread an output.
__global__ void conv2d_nhwc(const float *x, const float *w, float *y, int H, int W, int C, int F, int OH, int OW, int total) {
  const int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= total) return;
  const int f = i % F;
  const int ox = i / F % OW;
  const int oy = i / F / OW % OH;
  const int n = i / F / OW / OH;
  float acc = 0.f;
  for (int r = 0; r < 3; ++r) {
    for (int s = 0; s < 3; ++s) {
      const float *pixel = x + ((n * H + oy + r) * W + ox + s) * C;
      const float *tap = w + ((f * 3 + r) * 3 + s) * C;
      for (int c = 0; c < C; ++c) acc = fmaf(pixel[c], tap[c], acc);
    }
  }
  y[i] = acc;
}

extern "C" void conv2d_nhwc_kernel(const float *X, const float *W, float *Y, int batch, int height, int width, int channels, int filters) {
  const int oh = height - 2;
  const int ow = width - 2;
  float *x, *w, *y;
  HIP_CHECK(hipMalloc(&x, sizeof(float) * batch * height * width * channels));
  HIP_CHECK(hipMalloc(&w, sizeof(float) * filters * 9 * channels));
  HIP_CHECK(hipMalloc(&y, sizeof(float) * batch * oh * ow * filters));
  HIP_CHECK(hipMemcpy(x, X, sizeof(float) * batch * height * width * channels, hipMemcpyHostToDevice));
  HIP_CHECK(hipMemcpy(w, W, sizeof(float) * filters * 9 * channels, hipMemcpyHostToDevice));
  const int total = batch * oh * ow * filters;
  conv2d_nhwc<<<(total + 127) / 128, 128>>>(x, w, y, height, width, channels, filters, oh, ow, total);
  HIP_CHECK(hipGetLastError());
  HIP_CHECK(hipMemcpy(Y, y, sizeof(float) * batch * oh * ow * filters, hipMemcpyDeviceToHost));
  HIP_CHECK(hipFree(x));
  HIP_CHECK(hipFree(w));
  HIP_CHECK(hipFree(y));
}
