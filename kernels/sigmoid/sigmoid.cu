// 1 / (1 + e^-x) for every element.
#include <cuda_runtime.h>

static __device__ __forceinline__ float op_sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

template <float (*op)(float), typename T>
static __global__ void unary_op_kernel(const T *x, T *dst, const int k) {
  const int i = blockDim.x * blockIdx.x + threadIdx.x;

  if (i >= k) {
    return;
  }

  dst[i] = (T)op((float)x[i]);
}

extern "C" void sigmoid_kernel(const float *A, float *T, int n) {
  float *d_a, *d_t;
  cudaMalloc(&d_a, sizeof(float) * n);
  cudaMalloc(&d_t, sizeof(float) * n);
  cudaMemcpy(d_a, A, sizeof(float) * n, cudaMemcpyHostToDevice);
  const int num_blocks = (n + 256 - 1) / 256;
  unary_op_kernel<op_sigmoid><<<num_blocks, 256>>>(d_a, d_t, n);
  cudaMemcpy(T, d_t, sizeof(float) * n, cudaMemcpyDeviceToHost);
  cudaFree(d_a);
  cudaFree(d_t);
}
