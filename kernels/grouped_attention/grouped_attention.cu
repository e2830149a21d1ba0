// One step of decoding with grouped queries: `group` heads of the query share a head of keys and values. A warp a head, two passes.
#include <cuda_runtime.h>
#include <math.h>

__global__ void gqa_decode(const float *__restrict__ q, const float *__restrict__ k_cache, const float *__restrict__ v_cache,
                           float *__restrict__ out, int kv_heads, int group, int length, int dim, float scale) {
  extern __shared__ float att[];
  const int h = blockIdx.x;
  const int kv_h = h / group;
  const int lane = threadIdx.x;
  const float *query = q + h * dim;
  for (int t = 0; t < length; ++t) {
    const float *key = k_cache + ((size_t)t * kv_heads + kv_h) * dim;
    float score = 0.0f;
    for (int i = lane; i < dim; i += 32) score += query[i] * key[i];
    for (int offset = 16; offset > 0; offset /= 2) score += __shfl_down_sync(0xffffffff, score, offset);
    if (lane == 0) att[t] = score * scale;
  }
  __syncwarp();
  float peak = -INFINITY;
  for (int t = lane; t < length; t += 32) peak = fmaxf(peak, att[t]);
  for (int offset = 16; offset > 0; offset /= 2) peak = fmaxf(peak, __shfl_xor_sync(0xffffffff, peak, offset));
  float total = 0.0f;
  for (int t = lane; t < length; t += 32) {
    att[t] = expf(att[t] - peak);
    total += att[t];
  }
  for (int offset = 16; offset > 0; offset /= 2) total += __shfl_xor_sync(0xffffffff, total, offset);
  __syncwarp();
  for (int i = lane; i < dim; i += 32) {
    float val = 0.0f;
    for (int t = 0; t < length; ++t) val += att[t] * v_cache[((size_t)t * kv_heads + kv_h) * dim + i];
    out[h * dim + i] = val / total;
  }
}

extern "C" void grouped_attention_kernel(const float *Q, const float *K, const float *V, float *O, int kv_heads, int group, int length,
                                         int dim) {
  float *q, *k, *v, *o;
  const int heads = kv_heads * group;
  cudaMalloc(&q, sizeof(float) * heads * dim);
  cudaMalloc(&k, sizeof(float) * length * kv_heads * dim);
  cudaMalloc(&v, sizeof(float) * length * kv_heads * dim);
  cudaMalloc(&o, sizeof(float) * heads * dim);
  cudaMemcpy(q, Q, sizeof(float) * heads * dim, cudaMemcpyHostToDevice);
  cudaMemcpy(k, K, sizeof(float) * length * kv_heads * dim, cudaMemcpyHostToDevice);
  cudaMemcpy(v, V, sizeof(float) * length * kv_heads * dim, cudaMemcpyHostToDevice);
  gqa_decode<<<heads, 32, length * sizeof(float)>>>(q, k, v, o, kv_heads, group, length, dim, 1.0f / sqrtf(dim));
  cudaMemcpy(O, o, sizeof(float) * heads * dim, cudaMemcpyDeviceToHost);
  cudaFree(q);
  cudaFree(k);
  cudaFree(v);
  cudaFree(o);
}
