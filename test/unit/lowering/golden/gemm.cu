// gemm: translated from gemm.cu

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

extern "C" __global__ void gemm(const float *A, const float *B, float *C, int M, int N, int K) {
  int col = blockIdx.x * 32 + threadIdx.x;
  if (col < N) {
    for (int row = blockIdx.y * 8 + threadIdx.y; row < M; row += gridDim.y * 8) {
      float sum = 0.0f;
      for (int i = 0; i < K; ++i) sum += A[(int64_t)row * K + i] * B[(int64_t)i * N + col];
      C[(int64_t)row * N + col] = sum;
    }
  }
}

// Device pointers.
extern "C" void gemm_launch(cudaStream_t stream, const float *A, const float *B, float *C, int M, int N, int K) {
  if (N > 0 && M > 0) {
    gemm<<<dim3((N + 31u) / 32, min((M + 7u) / 8, 65535u)), dim3(32, 8), 0, stream>>>(A, B, C, M, N, K);
    CHECK(cudaGetLastError());
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void gemm_kernel(const float *A, const float *B, float *C, int M, int N, int K) {
  float *device_A;
  CHECK(cudaMalloc((void **)&device_A, (int64_t)M * K * sizeof(float)));
  CHECK(cudaMemcpy(device_A, A, (int64_t)M * K * sizeof(float), cudaMemcpyHostToDevice));
  float *device_B;
  CHECK(cudaMalloc((void **)&device_B, (int64_t)K * N * sizeof(float)));
  CHECK(cudaMemcpy(device_B, B, (int64_t)K * N * sizeof(float), cudaMemcpyHostToDevice));
  float *device_C;
  CHECK(cudaMalloc((void **)&device_C, (int64_t)M * N * sizeof(float)));
  CHECK(cudaMemcpy(device_C, C, (int64_t)M * N * sizeof(float), cudaMemcpyHostToDevice));
  if (N > 0 && M > 0) {
    gemm<<<dim3((N + 31u) / 32, min((M + 7u) / 8, 65535u)), dim3(32, 8)>>>(device_A, device_B, device_C, M, N, K);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(C, device_C, (int64_t)M * N * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_A));
  CHECK(cudaFree(device_B));
  CHECK(cudaFree(device_C));
}
