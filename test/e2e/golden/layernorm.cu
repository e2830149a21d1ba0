// layernorm: translated from layernorm.mlu

// source: Layer normalisation over the columns of a rows x cols matrix: one NRAM buffer cut into three, a row in pieces
// of CHUNK.

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
__global__ void layernorm(const float *X, const float *G, const float *B, float *Y, [[maybe_unused]] int rows,
                          int cols) {
  __shared__ float partial[16];
  float sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += THREADS) sum += X[(int64_t)cols * blockIdx.x + i];
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffff, sum, offset);
  bool first_lane = threadIdx.x % 32 == 0;
  if (first_lane) partial[threadIdx.x / 32] = sum;
  int warps = THREADS / 32;
  __syncthreads();
  sum = partial[0];
  for (int w = 1; w < warps; ++w) sum += partial[w];
  float mean = sum / (float)cols;
  __shared__ float partial_sum[16];
  sum = 0.0f;
  for (int i = threadIdx.x; i < cols; i += THREADS) {
    float difference = X[(int64_t)cols * blockIdx.x + i] - mean;
    sum += difference * difference;
  }
  for (int offset = 16; offset > 0; offset /= 2) sum += __shfl_xor_sync(0xffffffff, sum, offset);
  if (first_lane) partial_sum[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = partial_sum[0];
  for (int w = 1; w < warps; ++w) sum += partial_sum[w];
  float scale = rsqrtf(sum / (float)cols + 0.00001f);
  for (int i = threadIdx.x; i < cols; i += THREADS)
    Y[(int64_t)cols * blockIdx.x + i] = (X[(int64_t)cols * blockIdx.x + i] - mean) * scale * G[i] + B[i];
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void layernorm_kernel(const float *X, const float *G, const float *B, float *Y, int rows, int cols) {
  float *dX;
  CHECK(cudaMalloc((void **)&dX, (int64_t)rows * cols * sizeof(float)));
  float *dG;
  CHECK(cudaMalloc((void **)&dG, cols * sizeof(float)));
  float *dB;
  CHECK(cudaMalloc((void **)&dB, cols * sizeof(float)));
  float *dY;
  CHECK(cudaMalloc((void **)&dY, (int64_t)rows * cols * sizeof(float)));
  CHECK(cudaMemcpy(dX, X, (int64_t)rows * cols * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dG, G, cols * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dB, B, cols * sizeof(float), cudaMemcpyHostToDevice));
  if (rows > 0) {
    if (cols <= 2048) {
      layernorm<128><<<rows, 128>>>(dX, dG, dB, dY, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      layernorm<512><<<rows, 512>>>(dX, dG, dB, dY, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
  CHECK(cudaMemcpy(Y, dY, (int64_t)rows * cols * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dX));
  CHECK(cudaFree(dG));
  CHECK(cudaFree(dB));
  CHECK(cudaFree(dY));
}

// Device pointers.
extern "C" void layernorm_launch(cudaStream_t stream, const float *X, const float *G, const float *B, float *Y,
                                 int rows, int cols) {
  if (rows > 0) {
    if (cols <= 2048) {
      layernorm<128><<<rows, 128, 0, stream>>>(X, G, B, Y, rows, cols);
      CHECK(cudaGetLastError());
    } else {
      layernorm<512><<<rows, 512, 0, stream>>>(X, G, B, Y, rows, cols);
      CHECK(cudaGetLastError());
    }
  }
}
