// layernorm: translated from layernorm.cu

// source: Layer normalisation over the columns of a rows x cols matrix: one block a row, tree reductions in shared
// memory.

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

extern "C" __global__ void layernorm(const float *X, const float *G, const float *B, float *Y,
                                     [[maybe_unused]] int rows, int cols) {
  __shared__ float partial[256];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += 256) sum += X[(int64_t)cols * blockIdx.x + i];
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int width = 128; width > 0; width /= 2) {
    if ((int)threadIdx.x < width) partial[threadIdx.x] += partial[threadIdx.x + width];
    __syncthreads();
  }
  float mean = partial[0] / (float)cols;
  __shared__ float partial_sum[256];
  float squares = 0.0f;
  for (int i = threadIdx.x; i < cols; i += 256) {
    float d = X[(int64_t)cols * blockIdx.x + i] - mean;
    squares += d * d;
  }
  partial_sum[threadIdx.x] = squares;
  __syncthreads();
  for (int width = 128; width > 0; width /= 2) {
    if ((int)threadIdx.x < width) partial_sum[threadIdx.x] += partial_sum[threadIdx.x + width];
    __syncthreads();
  }
  float inverse = rsqrtf(partial_sum[0] / (float)cols + 0.00001f);
  for (int i = threadIdx.x; i < cols; i += 256)
    Y[(int64_t)blockIdx.x * cols + i] = (X[(int64_t)blockIdx.x * cols + i] - mean) * inverse * G[i] + B[i];
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  float *dX;
  CHECK(hipMalloc((void **)&dX, rows * cols * sizeof(float)));
  float *dG;
  CHECK(hipMalloc((void **)&dG, cols * sizeof(float)));
  float *dB;
  CHECK(hipMalloc((void **)&dB, cols * sizeof(float)));
  float *dY;
  CHECK(hipMalloc((void **)&dY, rows * cols * sizeof(float)));
  CHECK(hipMemcpy(dX, X, rows * cols * sizeof(float), hipMemcpyHostToDevice));
  CHECK(hipMemcpy(dG, G, cols * sizeof(float), hipMemcpyHostToDevice));
  CHECK(hipMemcpy(dB, B, cols * sizeof(float), hipMemcpyHostToDevice));
  if (rows > 0) {
    layernorm<<<rows, 256>>>(dX, dG, dB, dY, rows, cols);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(Y, dY, rows * cols * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dX));
  CHECK(hipFree(dG));
  CHECK(hipFree(dB));
  CHECK(hipFree(dY));
}

// Device pointers.
extern "C" void layernorm_launch(hipStream_t stream, const float *X, const float *G, const float *B, float *Y, int rows,
                                 int cols) {
  if (rows > 0) {
    layernorm<<<rows, 256, 0, stream>>>(X, G, B, Y, rows, cols);
    CHECK(hipGetLastError());
  }
}
