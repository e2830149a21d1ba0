// row_sum: translated from row_sum.mlu

// Sum of every row: a pool of 128-byte columns, then one reduction within 128 bytes.

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

template <int THREADS>
__global__ void row_sum(const float *A, float *T, [[maybe_unused]] int rows, int cols) {
  __shared__ float partial[16];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += THREADS) sum += A[(int64_t)cols * blockIdx.x + i];
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffff, sum, offset);
  bool first_lane = threadIdx.x % 32 == 0;
  if (first_lane) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = partial[0];
  for (int w = 1; w < THREADS / 32; ++w) sum += partial[w];
  if (threadIdx.x == 0) T[blockIdx.x] = sum;
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void row_sum_kernel(const float *A, float *T, int rows, int cols) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, (int64_t)rows * cols * sizeof(float)));
  float *dT;
  CHECK(cudaMalloc((void **)&dT, rows * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, (int64_t)rows * cols * sizeof(float), cudaMemcpyHostToDevice));
  if (rows > 0) {
    if (cols <= 2048) {
      row_sum<128><<<rows, 128>>>(dA, dT, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      row_sum<512><<<rows, 512>>>(dA, dT, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
  CHECK(cudaMemcpy(T, dT, rows * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dT));
}

// Device pointers.
extern "C" void row_sum_launch(cudaStream_t stream, const float *A, float *T, int rows, int cols) {
  if (rows > 0) {
    if (cols <= 2048) {
      row_sum<128><<<rows, 128, 0, stream>>>(A, T, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      row_sum<512><<<rows, 512, 0, stream>>>(A, T, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
}
