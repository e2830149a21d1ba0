// Multi-head attention, softmax(Q K^T / sqrt(dim)) V: a block a query; its scores stay in shared memory.
#include <cuda_runtime.h>
#include <float.h>

#define BLOCK 128
#define MAX_SEQ 8192

__device__ float block_reduce_max(float x, float *partial) {
  for (int offset = 16; offset > 0; offset >>= 1) x = fmaxf(x, __shfl_xor_sync(0xffffffff, x, offset));
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = x;
  __syncthreads();
  x = partial[0];
  for (int w = 1; w < BLOCK / 32; ++w) x = fmaxf(x, partial[w]);
  __syncthreads();
  return x;
}

__device__ float block_reduce_sum(float x, float *partial) {
  for (int offset = 16; offset > 0; offset >>= 1) x += __shfl_xor_sync(0xffffffff, x, offset);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = x;
  __syncthreads();
  x = 0.0f;
  for (int w = 0; w < BLOCK / 32; ++w) x += partial[w];
  __syncthreads();
  return x;
}

__global__ void attention(const float *__restrict__ q, const float *__restrict__ k, const float *__restrict__ v, float *__restrict__ out,
                          int seq, int dim, float scale) {
  extern __shared__ float scores[];
  __shared__ float partial[BLOCK / 32];
  const int head = blockIdx.y;
  const float *query = q + ((size_t)head * seq + blockIdx.x) * dim;
  const float *keys = k + (size_t)head * seq * dim;
  const float *values = v + (size_t)head * seq * dim;

  float peak = -FLT_MAX;
  for (int j = threadIdx.x; j < seq; j += BLOCK) {
    float dot = 0.0f;
    for (int d = 0; d < dim; ++d) dot += query[d] * keys[(size_t)j * dim + d];
    scores[j] = dot * scale;
    peak = fmaxf(peak, scores[j]);
  }
  peak = block_reduce_max(peak, partial);

  float total = 0.0f;
  for (int j = threadIdx.x; j < seq; j += BLOCK) {
    scores[j] = expf(scores[j] - peak);
    total += scores[j];
  }
  total = block_reduce_sum(total, partial);

  for (int d = threadIdx.x; d < dim; d += BLOCK) {
    float acc = 0.0f;
    for (int j = 0; j < seq; ++j) acc += scores[j] * values[(size_t)j * dim + d];
    out[((size_t)head * seq + blockIdx.x) * dim + d] = acc / total;
  }
}

extern "C" void attention_kernel(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim) {
  if (seq > MAX_SEQ) return;
  float *q, *k, *v, *o;
  const size_t bytes = sizeof(float) * heads * seq * dim;
  cudaMalloc(&q, bytes);
  cudaMalloc(&k, bytes);
  cudaMalloc(&v, bytes);
  cudaMalloc(&o, bytes);
  cudaMemcpy(q, Q, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(k, K, bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(v, V, bytes, cudaMemcpyHostToDevice);
  attention<<<dim3(seq, heads), BLOCK, seq * sizeof(float)>>>(q, k, v, o, seq, dim, 1.0f / sqrtf(dim));
  cudaMemcpy(O, o, bytes, cudaMemcpyDeviceToHost);
  cudaFree(q);
  cudaFree(k);
  cudaFree(v);
  cudaFree(o);
}
