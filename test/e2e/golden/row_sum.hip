// row_sum: translated from row_sum.cu

// source: Sum of every row: one warp a row, four rows a block, shuffles downwards.

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

extern "C" __global__ void row_sum(const float *A, float *T, [[maybe_unused]] int rows, int cols) {
  __shared__ float partial[256];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += 256) sum += A[(int64_t)cols * blockIdx.x + i];
  partial[threadIdx.x] = sum;
  __syncthreads();
  for (int width = 128; width > 0; width /= 2) {
    if ((int)threadIdx.x < width) partial[threadIdx.x] += partial[threadIdx.x + width];
    __syncthreads();
  }
  float partial_value = partial[0];
  if (threadIdx.x == 0) T[blockIdx.x] = partial_value;
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *dA;
  CHECK(hipMalloc((void **)&dA, (int64_t)cols * rows * sizeof(float)));
  float *dT;
  CHECK(hipMalloc((void **)&dT, rows * sizeof(float)));
  CHECK(hipMemcpy(dA, A, (int64_t)cols * rows * sizeof(float), hipMemcpyHostToDevice));
  if (rows > 0) {
    row_sum<<<rows, 256>>>(dA, dT, rows, cols);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(T, dT, rows * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dA));
  CHECK(hipFree(dT));
}

// Device pointers.
extern "C" void row_sum_launch(hipStream_t stream, const float *A, float *T, int rows, int cols) {
  if (rows > 0) {
    row_sum<<<rows, 256, 0, stream>>>(A, T, rows, cols);
    CHECK(hipGetLastError());
  }
}
