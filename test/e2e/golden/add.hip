// add: translated from add.cu

// source: Elementwise sum of two vectors, one thread an element.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <hip/hip_runtime.h>

typedef float floatx4 __attribute__((ext_vector_type(4)));

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
  int64_t i = (int64_t)(blockIdx.x * 256 + threadIdx.x) * 4;
  if (i < n) {
    if (i + 4 <= n) {
      floatx4 a = *(const floatx4 *)(A + i);
      floatx4 b = *(const floatx4 *)(B + i);
      *(floatx4 *)(T + i) = floatx4{a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w};
    } else {
      for (int j = i; j < n; ++j) T[j] = A[j] + B[j];
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) {
  float *dA;
  CHECK(hipMalloc((void **)&dA, n * sizeof(float)));
  float *dB;
  CHECK(hipMalloc((void **)&dB, n * sizeof(float)));
  float *dT;
  CHECK(hipMalloc((void **)&dT, n * sizeof(float)));
  CHECK(hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice));
  CHECK(hipMemcpy(dB, B, n * sizeof(float), hipMemcpyHostToDevice));
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    add<<<(pieces + 255) / 256, 256>>>(dA, dB, dT, n);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dA));
  CHECK(hipFree(dB));
  CHECK(hipFree(dT));
}

// Device pointers.
extern "C" void add_launch(hipStream_t stream, const float *A, const float *B, float *T, int n) {
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    add<<<(pieces + 255) / 256, 256, 0, stream>>>(A, B, T, n);
    CHECK(hipGetLastError());
  }
}
