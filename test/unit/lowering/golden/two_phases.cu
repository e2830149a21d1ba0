// reverse, reverse_phase2

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

extern "C" __global__ void reverse(const float *A, float *T, float *U, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) T[i] = A[i] + 1.0f;
}

extern "C" __global__ void reverse_phase2(const float *A, float *T, float *U, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) U[i] = T[n - 1 - i];
}

// Device pointers.
extern "C" void reverse_launch(cudaStream_t stream, const float *A, float *T, float *U, int n) {
  bool inside = n > 0;
  if (inside) {
    reverse<<<(n + 255u) / 256, 256, 0, stream>>>(A, T, U, n);
    CHECK(cudaGetLastError());
  }
  if (inside) {
    reverse_phase2<<<(n + 255u) / 256, 256, 0, stream>>>(A, T, U, n);
    CHECK(cudaGetLastError());
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void reverse_kernel(const float *A, float *T, float *U, int n) {
  float *device_A;
  CHECK(cudaMalloc((void **)&device_A, n * sizeof(float)));
  CHECK(cudaMemcpy(device_A, A, n * sizeof(float), cudaMemcpyHostToDevice));
  float *device_T;
  CHECK(cudaMalloc((void **)&device_T, n * sizeof(float)));
  CHECK(cudaMemcpy(device_T, T, n * sizeof(float), cudaMemcpyHostToDevice));
  float *device_U;
  CHECK(cudaMalloc((void **)&device_U, n * sizeof(float)));
  CHECK(cudaMemcpy(device_U, U, n * sizeof(float), cudaMemcpyHostToDevice));
  bool inside = n > 0;
  if (inside) {
    reverse<<<(n + 255u) / 256, 256>>>(device_A, device_T, device_U, n);
    CHECK(cudaGetLastError());
  }
  if (inside) {
    reverse_phase2<<<(n + 255u) / 256, 256>>>(device_A, device_T, device_U, n);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, device_T, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(U, device_U, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_A));
  CHECK(cudaFree(device_T));
  CHECK(cudaFree(device_U));
}
