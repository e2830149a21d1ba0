// gelu: translated from gelu.mlu

// source: GELU in its tanh form: every task takes one contiguous share of the vector, a piece of NRAM at a time.

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

extern "C" __global__ void gelu(const float *A, float *T, int n) {
  int64_t i = (int64_t)(blockIdx.x * 256 + threadIdx.x) * 4;
  if (i < n) {
    if (i + 4 <= n) {
      float4 a = *(const float4 *)(A + i);
      float4 value = make_float4(a.x * 0.5f * (tanhf((a.x + a.x * a.x * a.x * 0.044715f) * 0.7978846f) + 1.0f),
                                 a.y * 0.5f * (tanhf((a.y + a.y * a.y * a.y * 0.044715f) * 0.7978846f) + 1.0f),
                                 a.z * 0.5f * (tanhf((a.z + a.z * a.z * a.z * 0.044715f) * 0.7978846f) + 1.0f),
                                 a.w * 0.5f * (tanhf((a.w + a.w * a.w * a.w * 0.044715f) * 0.7978846f) + 1.0f));
      *(float4 *)(T + i) = value;
    } else {
      for (int j = i; j < n; ++j) {
        float a = A[j];
        T[j] = a * 0.5f * (tanhf((a + a * a * a * 0.044715f) * 0.7978846f) + 1.0f);
      }
    }
  }
}

// Host pointers: allocate, copy, launch, copy back, free.
extern "C" void gelu_kernel(const float *A, float *T, int n) {
  float *dA;
  CHECK(cudaMalloc((void **)&dA, n * sizeof(float)));
  float *dT;
  CHECK(cudaMalloc((void **)&dT, n * sizeof(float)));
  CHECK(cudaMemcpy(dA, A, n * sizeof(float), cudaMemcpyHostToDevice));
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    gelu<<<(pieces + 255) / 256, 256>>>(dA, dT, n);
    CHECK(cudaGetLastError());
  }
  CHECK(cudaMemcpy(T, dT, n * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(dA));
  CHECK(cudaFree(dT));
}

// Device pointers.
extern "C" void gelu_launch(cudaStream_t stream, const float *A, float *T, int n) {
  int pieces = ((int64_t)n + 3) / 4;
  if (pieces > 0) {
    gelu<<<(pieces + 255) / 256, 256, 0, stream>>>(A, T, n);
    CHECK(cudaGetLastError());
  }
}
