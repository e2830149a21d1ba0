// softmax: translated from softmax.mlu

// source: Softmax of every row of a rows x cols matrix: one task a row at a time; a row longer than CHUNK is taken in
// pieces, three times (peak, sum of exponentials, output).

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
__global__ void softmax(const float *A, float *T, [[maybe_unused]] int rows, int cols) {
  __shared__ float partial[16];
  float peak = -3.4028235e38f;
  for (int i = threadIdx.x; i < cols; i += THREADS) peak = fmaxf(peak, A[(int64_t)cols * blockIdx.x + i]);
  for (int offset = 16; offset > 0; offset /= 2) peak = fmaxf(peak, __shfl_xor_sync(0xffffffff, peak, offset));
  bool first_lane = threadIdx.x % 32 == 0;
  if (first_lane) partial[threadIdx.x / 32] = peak;
  int warps = THREADS / 32;
  __syncthreads();
  peak = partial[0];
  for (int w = 1; w < warps; ++w) peak = fmaxf(peak, partial[w]);
  __shared__ float partial_sum[16];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += THREADS) sum += expf(A[(int64_t)cols * blockIdx.x + i] - peak);
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffff, sum, offset);
  if (first_lane) partial_sum[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = partial_sum[0];
  for (int w = 1; w < warps; ++w) sum += partial_sum[w];
  float ratio = 1.0f / sum;
  for (int i = threadIdx.x; i < cols; i += THREADS)
    T[(int64_t)cols * blockIdx.x + i] = expf(A[(int64_t)cols * blockIdx.x + i] - peak) * ratio;
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, (int64_t)rows * cols * sizeof(float)));
  float *dT;
  CHECK(cudaMalloc((void **)&dT, (int64_t)rows * cols * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, (int64_t)rows * cols * sizeof(float), cudaMemcpyHostToDevice));
  if (rows > 0) {
    if (cols <= 2048) {
      softmax<128><<<rows, 128>>>(dA, dT, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      softmax<512><<<rows, 512>>>(dA, dT, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
  CHECK(cudaMemcpy(T, dT, (int64_t)rows * cols * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dT));
}

// Device pointers.
extern "C" void softmax_launch(cudaStream_t stream, const float *A, float *T, int rows, int cols) {
  if (rows > 0) {
    if (cols <= 2048) {
      softmax<128><<<rows, 128, 0, stream>>>(A, T, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      softmax<512><<<rows, 512, 0, stream>>>(A, T, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
}
