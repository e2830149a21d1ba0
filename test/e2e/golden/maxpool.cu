// maxpool: translated from maxpool.mlu

// source: Max pooling, NHWC, window 2 x 2, stride 2, no padding: a task takes output rows; a row is cut into pieces of
// at most PIXELS outputs and CHANNELS channels, which __bang_maxpool reduces as a 2-row image.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cuda_runtime.h>

// Ends the program with a message when a runtime call fails.
#define CHECK(call)                                                                   \
  do {                                                                                \
    cudaError_t status = (call);                                                      \
    if (status != cudaSuccess) {                                                      \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(status)); \
      exit(1);                                                                        \
    }                                                                                 \
  } while (0)

// Quotient rounded towards minus infinity.
static __host__ __device__ inline int64_t floor_div(int64_t a, int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

extern "C" __global__ void maxpool(const float *X, float *Y, int batch, int height, int width, int channels) {
  int out_h = height / 2;
  int out_w = width / 2;
  int col = blockIdx.x * 32 + threadIdx.x;
  if (col < channels) {
    for (int i = 0; i < batch; ++i) {
      for (int plane = blockIdx.z; plane < out_h; plane += gridDim.z) {
        for (int row = blockIdx.y * 8 + threadIdx.y; row < out_w; row += gridDim.y * 8) {
          float state = -INFINITY;
          for (int j = 0; j < 2; ++j)
            for (int k = 0; k < 2; ++k)
              state = fmaxf(state, X[(((int64_t)height * i + plane * 2 + j) * width + (row * 2 + k)) * channels + col]);
          Y[(out_w * ((int64_t)out_h * i + plane) + row) * channels + col] = state;
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
  CHECK(cudaMalloc((void **)&dX, inputs * sizeof(float)));
  float *dY;
  CHECK(cudaMalloc((void **)&dY, outputs * sizeof(float)));
  CHECK(cudaMemcpy(dX, X, inputs * sizeof(float), cudaMemcpyHostToDevice));
  int out_w = floor_div(width, 2);
  int out_h = floor_div(height, 2);
  if (channels > 0 && out_w > 0 && out_h > 0) {
    maxpool<<<dim3((channels + 31u) / 32, min((out_w + 7u) / 8, 65535u), min(out_h, 65535)), dim3(32, 8)>>>(
        dX, dY, batch, height, width, channels);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(Y, dY, outputs * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dX));
  CHECK(cudaFree(dY));
}

// Device pointers.
extern "C" void maxpool_launch(cudaStream_t stream, const float *X, float *Y, int batch, int height, int width,
                               int channels) {
  int out_w = width / 2;
  int out_h = height / 2;
  if (channels > 0 && out_w > 0 && out_h > 0) {
    maxpool<<<dim3((channels + 31u) / 32, min((out_w + 7) / 8, 65535), min(out_h, 65535)), dim3(32, 8), 0, stream>>>(
        X, Y, batch, height, width, channels);
    CHECK(cudaGetLastError());
  }
}
