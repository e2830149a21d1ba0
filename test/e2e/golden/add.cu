// add: translated from add.mlu

// source: Elementwise sum of two vectors: 16 tasks, each a pipeline of load, add and store over two halves of NRAM.

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

extern "C" __global__ void add(const float *A, const float *B, float *T, int n) {
  int64_t i = (int64_t)(blockIdx.x * 256 + threadIdx.x) * 4;
  if (i < n) {
    if (i + 4 <= n) {
      float4 a = *(const float4 *)(A + i);
      float4 b = *(const float4 *)(B + i);
      *(float4 *)(T + i) = make_float4(a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w);
    } else {
      for (int j = i; j < n; ++j) T[j] = A[j] + B[j];
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, n * sizeof(float)));
  float *dB;
  CHECK(cudaMalloc((void **)&dB, n * sizeof(float)));
  float *dT;
  CHECK(cudaMalloc((void **)&dT, n * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(dB, B, n * sizeof(float), cudaMemcpyHostToDevice));
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    add<<<(pieces + 255) / 256, 256>>>(dA, dB, dT, n);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dB));
  CHECK(cudaFree(dT));
}

// Device pointers.
extern "C" void add_launch(cudaStream_t stream, const float *A, const float *B, float *T, int n) {
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    add<<<(pieces + 255) / 256, 256, 0, stream>>>(A, B, T, n);
    CHECK(cudaGetLastError());
  }
}
