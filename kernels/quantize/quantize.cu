// Symmetric int8 quantisation by row: scale = max|x| / 127.
#include <cuda_runtime.h>
#include <stdint.h>

__global__ void quantize_rows(const float *x, int8_t *q, float *scale, int cols) {
  extern __shared__ float smem[];
  const float *row = x + (size_t)blockIdx.x * cols;
  int tid = threadIdx.x;
  float amax = 0.0f;
  for (int i = tid; i < cols; i += blockDim.x) amax = fmaxf(amax, fabsf(row[i]));
  smem[tid] = amax;
  __syncthreads();
  for (unsigned int s = blockDim.x / 2; s > 0; s >>= 1) {
    if (tid < s) smem[tid] = fmaxf(smem[tid], smem[tid + s]);
    __syncthreads();
  }
  const float d = smem[0] / 127.0f;
  const float id = d != 0.0f ? 1.0f / d : 0.0f;
  if (tid == 0) scale[blockIdx.x] = d;
  for (int i = tid; i < cols; i += blockDim.x) q[(size_t)blockIdx.x * cols + i] = (int8_t)roundf(row[i] * id);
}

extern "C" void quantize_kernel(const float *X, int8_t *Q, float *S, int rows, int cols) {
  float *x, *s;
  int8_t *q;
  const int threads = 128;
  cudaMalloc(&x, sizeof(float) * rows * cols);
  cudaMalloc(&q, sizeof(int8_t) * rows * cols);
  cudaMalloc(&s, sizeof(float) * rows);
  cudaMemcpy(x, X, sizeof(float) * rows * cols, cudaMemcpyHostToDevice);
  quantize_rows<<<rows, threads, threads * sizeof(float)>>>(x, q, s, cols);
  cudaMemcpy(Q, q, sizeof(int8_t) * rows * cols, cudaMemcpyDeviceToHost);
  cudaMemcpy(S, s, sizeof(float) * rows, cudaMemcpyDeviceToHost);
  cudaFree(x);
  cudaFree(q);
  cudaFree(s);
}
