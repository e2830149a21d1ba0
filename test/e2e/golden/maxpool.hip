// maxpool: translated from maxpool.cu

// source: Max pooling, NHWC, window 2 x 2, stride 2, no padding: one thread an output, channels fastest.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <hip/hip_runtime.h>

// Ends the program with a message when a runtime call fails.
#define CHECK(call)                                                                  \
  do {                                                                               \
    hipError_t status = (call);                                                      \
    if (status != hipSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, hipGetErrorString(status)); \
      exit(1);                                                                       \
    }                                                                                \
  } while (0)

// Quotient rounded towards minus infinity.
static __host__ __device__ inline int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

extern "C" __global__ void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  int pieces = height / 2;
  int parts = width / 2;
  int col = blockIdx.x * 32 + threadIdx.x;
  if (col < channels) {
    for (int i = 0; i < batch; ++i) {
      for (int plane = blockIdx.z; plane < pieces; plane += gridDim.z) {
        for (int row = blockIdx.y * 8 + threadIdx.y; row < parts; row += gridDim.y * 8) {
          float best = -3.4028235e38f;
          for (int dy = 0; dy < 2; ++dy)
            for (int dx = 0; dx < 2; ++dx)
              best = fmaxf(best, X[(((int64_t)height * i + plane * 2 + dy) * width + (row * 2 + dx)) * channels + col]);
          Y[(((int64_t)pieces * i + plane) * parts + row) * channels + col] = best;
        }
      }
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void maxpool_kernel(const float *X, float *Y, int batch, int height, int width, int channels) {
  int inputs = batch * height * width * channels;
  int outputs = batch * (height / 2) * (width / 2) * channels;
  float *dX;
  CHECK(hipMalloc((void **)&dX, inputs * sizeof(float)));
  float *dY;
  CHECK(hipMalloc((void **)&dY, outputs * sizeof(float)));
  CHECK(hipMemcpy(dX, X, inputs * sizeof(float), hipMemcpyHostToDevice));
  int pieces = floor_div(width, 2);
  int deep = floor_div(height, 2);
  if (channels > 0 && pieces > 0 && deep > 0) {
    maxpool<<<dim3((channels + 31u) / 32, min((pieces + 7u) / 8, 65535u), min(deep, 65535)), dim3(32, 8)>>>(
        dX, dY, batch, height, width, channels);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(Y, dY, outputs * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dX));
  CHECK(hipFree(dY));
}

// Device pointers.
extern "C" void maxpool_launch(hipStream_t stream, const float *X, float *Y, int batch, int height, int width,
                               int channels) {
  int pieces = width / 2;
  int deep = height / 2;
  if (channels > 0 && pieces > 0 && deep > 0) {
    maxpool<<<dim3((channels + 31u) / 32, min((pieces + 7) / 8, 65535), min(deep, 65535)), dim3(32, 8), 0, stream>>>(
        X, Y, batch, height, width, channels);
    CHECK(hipGetLastError());
  }
}
