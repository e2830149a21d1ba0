// Elementwise difference: float4 loads in a grid-stride loop, the last elements one by one.
#include <cuda_runtime.h>

#include <cstdio>
#include <cstdlib>

#define CUDA_CHECK(call)                                                              \
  do {                                                                                \
    const cudaError_t error = (call);                                                 \
    if (error != cudaSuccess) {                                                       \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, cudaGetErrorString(error));  \
      exit(EXIT_FAILURE);                                                             \
    }                                                                                 \
  } while (0)

__global__ void vec_sub(const float *__restrict__ a, const float *__restrict__ b, float *__restrict__ out, int n) {
  const int stride = gridDim.x * blockDim.x;
  const int tid = blockIdx.x * blockDim.x + threadIdx.x;
  const int n4 = n / 4;
  for (int i = tid; i < n4; i += stride) {
    const float4 x = reinterpret_cast<const float4 *>(a)[i];
    const float4 y = reinterpret_cast<const float4 *>(b)[i];
    float4 z;
    z.x = x.x - y.x;
    z.y = x.y - y.y;
    z.z = x.z - y.z;
    z.w = x.w - y.w;
    reinterpret_cast<float4 *>(out)[i] = z;
  }
  for (int i = n4 * 4 + tid; i < n; i += stride) out[i] = a[i] - b[i];
}

extern "C" void sub_kernel(const float *A, const float *B, float *T, int n) {
  float *a, *b, *t;
  CUDA_CHECK(cudaMalloc(&a, sizeof(float) * n));
  CUDA_CHECK(cudaMalloc(&b, sizeof(float) * n));
  CUDA_CHECK(cudaMalloc(&t, sizeof(float) * n));
  CUDA_CHECK(cudaMemcpy(a, A, sizeof(float) * n, cudaMemcpyHostToDevice));
  CUDA_CHECK(cudaMemcpy(b, B, sizeof(float) * n, cudaMemcpyHostToDevice));
  const int threads = 256;
  const int blocks = (n + threads * 4 - 1) / (threads * 4);
  vec_sub<<<blocks, threads>>>(a, b, t, n);
  CUDA_CHECK(cudaGetLastError());
  CUDA_CHECK(cudaMemcpy(T, t, sizeof(float) * n, cudaMemcpyDeviceToHost));
  CUDA_CHECK(cudaFree(a));
  CUDA_CHECK(cudaFree(b));
  CUDA_CHECK(cudaFree(t));
}
