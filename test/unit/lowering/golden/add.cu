// add: translated from add.cu

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
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) T[i] = A[i] + B[i];
}

// Device pointers.
extern "C" void add_launch(cudaStream_t stream, const float *A, const float *B, float *T, int n) {
  if (n > 0) {
    add<<<(n + 255u) / 256, 256, 0, stream>>>(A, B, T, n);
    CHECK(cudaGetLastError());
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *device_A;
  CHECK(cudaMalloc((void **)&device_A, n * sizeof(float)));
  CHECK(cudaMemcpy(device_A, A, n * sizeof(float), cudaMemcpyHostToDevice));
  float *device_B;
  CHECK(cudaMalloc((void **)&device_B, n * sizeof(float)));
  CHECK(cudaMemcpy(device_B, B, n * sizeof(float), cudaMemcpyHostToDevice));
  float *device_T;
  CHECK(cudaMalloc((void **)&device_T, n * sizeof(float)));
  CHECK(cudaMemcpy(device_T, T, n * sizeof(float), cudaMemcpyHostToDevice));
  if (n > 0) {
    add<<<(n + 255u) / 256, 256>>>(device_A, device_B, device_T, n);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, device_T, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_A));
  CHECK(cudaFree(device_B));
  CHECK(cudaFree(device_T));
}
