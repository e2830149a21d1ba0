// add: translated from add.cu

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

extern "C" __global__ void add(const float *A, const float *B, float *T, int n) {
  int i = blockIdx.x * 256 + threadIdx.x;
  if (i < n) T[i] = A[i] + B[i];
}

// Device pointers.
extern "C" void add_launch(hipStream_t stream, const float *A, const float *B, float *T, int n) {
  if (n > 0) {
    add<<<(n + 255u) / 256, 256, 0, stream>>>(A, B, T, n);
    CHECK(hipGetLastError());
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *device_A;
  CHECK(hipMalloc((void **)&device_A, n * sizeof(float)));
  CHECK(hipMemcpy(device_A, A, n * sizeof(float), hipMemcpyHostToDevice));
  float *device_B;
  CHECK(hipMalloc((void **)&device_B, n * sizeof(float)));
  CHECK(hipMemcpy(device_B, B, n * sizeof(float), hipMemcpyHostToDevice));
  float *device_T;
  CHECK(hipMalloc((void **)&device_T, n * sizeof(float)));
  CHECK(hipMemcpy(device_T, T, n * sizeof(float), hipMemcpyHostToDevice));
  if (n > 0) {
    add<<<(n + 255u) / 256, 256>>>(device_A, device_B, device_T, n);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(T, device_T, n * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(device_A));
  CHECK(hipFree(device_B));
  CHECK(hipFree(device_T));
}
