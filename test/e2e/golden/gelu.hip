// gelu: translated from gelu.cu

// source: GELU in its tanh form, with a grid-stride loop.

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

extern "C" __global__ void gelu(const float *__restrict__ A, float *__restrict__ T, int n) {
  int64_t i = (int64_t)(blockIdx.x * 256 + threadIdx.x) * 4;
  if (i < n) {
    if (i + 4 <= n) {
      floatx4 a = *(const floatx4 *)(A + i);
      float cubic = a.x * a.x * a.x;
      floatx4 value = {a.x * 0.5f * (tanhf((a.x + cubic * 0.044715f) * 0.7978846f) + 1.0f),
                       a.y * 0.5f * (tanhf((a.y + a.y * a.y * a.y * 0.044715f) * 0.7978846f) + 1.0f),
                       a.z * 0.5f * (tanhf((a.z + a.z * a.z * a.z * 0.044715f) * 0.7978846f) + 1.0f),
                       a.w * 0.5f * (tanhf((a.w + a.w * a.w * a.w * 0.044715f) * 0.7978846f) + 1.0f)};
      *(floatx4 *)(T + i) = value;
    } else {
      for (int j = i; j < n; ++j) {
        float a = A[j];
        float cubic = a * a * a;
        T[j] = a * 0.5f * (tanhf((a + cubic * 0.044715f) * 0.7978846f) + 1.0f);
      }
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void gelu_kernel(const float *A, float *T, int n) {
  float *dA;
  CHECK(hipMalloc((void **)&dA, n * sizeof(float)));
  float *dT;
  CHECK(hipMalloc((void **)&dT, n * sizeof(float)));
  CHECK(hipMemcpy(dA, A, n * sizeof(float), hipMemcpyHostToDevice));
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    gelu<<<(pieces + 255) / 256, 256>>>(dA, dT, n);
    CHECK(hipGetLastError());
  }
  CHECK(hipMemcpy(T, dT, n * sizeof(float), hipMemcpyDeviceToHost));
  CHECK(hipFree(dA));
  CHECK(hipFree(dT));
}

// Device pointers.
extern "C" void gelu_launch(hipStream_t stream, const float *A, float *T, int n) {
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    gelu<<<(pieces + 255) / 256, 256, 0, stream>>>(A, T, n);
    CHECK(hipGetLastError());
  }
}
