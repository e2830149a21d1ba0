// [batch][seq][heads][dim] to [batch][heads][seq][dim]: a block a token and head, its threads over the vector.
#include <cuda_runtime.h>

__global__ void transpose_0213(float *output, const float *input, int seq, int heads, int dim) {
  int b = blockIdx.z;
  int s = blockIdx.y;
  int h = blockIdx.x;
  const float *src = input + ((size_t)(b * seq + s) * heads + h) * dim;
  float *dst = output + ((size_t)(b * heads + h) * seq + s) * dim;
  for (int i = threadIdx.x; i < dim; i += blockDim.x) dst[i] = src[i];
}

extern "C" void swap_heads_kernel(const float *A, float *T, int batch, int seq, int heads, int dim) {
  float *d_a, *d_t;
  cudaMalloc(&d_a, sizeof(float) * batch * seq * heads * dim);
  cudaMalloc(&d_t, sizeof(float) * batch * seq * heads * dim);
  cudaMemcpy(d_a, A, sizeof(float) * batch * seq * heads * dim, cudaMemcpyHostToDevice);
  dim3 grid(heads, seq, batch);
  transpose_0213<<<grid, 64>>>(d_t, d_a, seq, heads, dim);
  cudaMemcpy(T, d_t, sizeof(float) * batch * seq * heads * dim, cudaMemcpyDeviceToHost);
  cudaFree(d_a);
  cudaFree(d_t);
}
