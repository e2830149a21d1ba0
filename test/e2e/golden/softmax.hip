// softmax: translated from softmax.cu

// source: Softmax of every row of a rows x cols matrix: one block a row, warp shuffles and one value a warp in shared
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

extern "C" __global__ void softmax(const float *A, float *T, [[maybe_unused]] int rows, int cols) {
  __shared__ float partial[256];
  float peak = -INFINITY;
  for (int i = threadIdx.x; i < cols; i += 256) peak = fmaxf(peak, A[(int64_t)blockIdx.x * cols + i]);
  partial[threadIdx.x] = peak;
  __syncthreads();
  for (int width = 128; width > 0; width /= 2) {
    if ((int)threadIdx.x < width) partial[threadIdx.x] = fmaxf(partial[threadIdx.x], partial[threadIdx.x + width]);
    __syncthreads();
  }
  float largest = fmaxf(partial[0], -3.4028235e38f);
  __shared__ float partial_sum[256];
  float total = 0.0f;
  for (int i = threadIdx.x; i < cols; i += 256) total += expf(A[(int64_t)blockIdx.x * cols + i] - largest);
  partial_sum[threadIdx.x] = total;
  __syncthreads();
  for (int width = 128; width > 0; width /= 2) {
    if ((int)threadIdx.x < width) partial_sum[threadIdx.x] += partial_sum[threadIdx.x + width];
    __syncthreads();
  }
  float scale = 1.0f / partial_sum[0];
  for (int i = threadIdx.x; i < cols; i += 256)
    T[(int64_t)blockIdx.x * cols + i] = expf(A[(int64_t)blockIdx.x * cols + i] - largest) * scale;
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  float *dA;
  CHECK(hipMalloc((void **)&dA, (int64_t)rows * cols * sizeof(float)));
  float *dT;
  CHECK(hipMalloc((void **)&dT, (int64_t)rows * cols * sizeof(float)));
  CHECK(hipMemcpy(dA, A, (int64_t)rows * cols * sizeof(float), hipMemcpyHostToDevice));
  if (rows > 0) {
    softmax<<<rows, 256>>>(dA, dT, rows, cols);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(T, dT, (int64_t)rows * cols * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dA));
  CHECK(hipFree(dT));
}

// Device pointers.
extern "C" void softmax_launch(hipStream_t stream, const float *A, float *T, int rows, int cols) {
  if (rows > 0) {
    softmax<<<rows, 256, 0, stream>>>(A, T, rows, cols);
    CHECK(hipGetLastError());
  }
}
