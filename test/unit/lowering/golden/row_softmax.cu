// softmax

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

extern "C" __global__ void softmax(const float *A, float *T, [[maybe_unused]] int rows) {
  __shared__ float buffer[96];
  float peak = -INFINITY;
  for (int i = 0; i < 96; ++i) peak = fmaxf(peak, A[(int64_t)blockIdx.x * 96 + i]);
  buffer[threadIdx.x] = expf(A[(int64_t)blockIdx.x * 96 + threadIdx.x] - peak);
  __syncthreads();
  float sum = 0.0f;
  for (int i = 0; i < 96; ++i) sum += buffer[i];
  T[(int64_t)blockIdx.x * 96 + threadIdx.x] = buffer[threadIdx.x] / sum;
}

// Device pointers.
extern "C" void softmax_launch(cudaStream_t stream, const float *A, float *T, int rows) {
  if (rows > 0) {
    softmax<<<rows, 96, 0, stream>>>(A, T, rows);
    CHECK(cudaGetLastError());
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void softmax_kernel(const float *A, float *T, int rows) {
  float *device_A;
  CHECK(cudaMalloc((void **)&device_A, (int64_t)rows * 96 * sizeof(float)));
  CHECK(cudaMemcpy(device_A, A, (int64_t)rows * 96 * sizeof(float), cudaMemcpyHostToDevice));
  float *device_T;
  CHECK(cudaMalloc((void **)&device_T, (int64_t)rows * 96 * sizeof(float)));
  CHECK(cudaMemcpy(device_T, T, (int64_t)rows * 96 * sizeof(float), cudaMemcpyHostToDevice));
  if (rows > 0) {
    softmax<<<rows, 96>>>(device_A, device_T, rows);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, device_T, (int64_t)rows * 96 * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_A));
  CHECK(cudaFree(device_T));
}
