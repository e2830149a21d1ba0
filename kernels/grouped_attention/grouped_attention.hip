#include <hip/hip_runtime.h>
#include <float.h>

// One step of decoding with grouped queries: a block of a wave a head; the scores in LDS, at most 8192 of them.
#define MAX_LENGTH 8192

template <int WAVE>
__device__ float wave_max(float x) {
#pragma unroll
  for (int d = WAVE / 2; d > 0; d /= 2) x = fmaxf(x, __shfl_xor(x, d, WAVE));
  return x;
}

template <int WAVE>
__device__ float wave_sum(float x) {
#pragma unroll
  for (int d = WAVE / 2; d > 0; d /= 2) x += __shfl_xor(x, d, WAVE);
  return x;
}

__global__ void gqa_decode(const float *q, const float *k, const float *v, float *o, int kv_heads, int group, int length, int dim,
                           float scale) {
  __shared__ float s[MAX_LENGTH];
  const int head = blockIdx.x, kv = head / group;
  const int stride = kv_heads * dim;
  float m = -FLT_MAX;
  for (int t = threadIdx.x; t < length; t += 64) {
    float acc = 0.f;
    for (int d = 0; d < dim; ++d) acc += q[head * dim + d] * k[t * stride + kv * dim + d];
    s[t] = acc * scale;
    m = fmaxf(m, s[t]);
  }
  m = wave_max<64>(m);
  float l = 0.f;
  for (int t = threadIdx.x; t < length; t += 64) {
    const float e = expf(s[t] - m);
    s[t] = e;
    l += e;
  }
  l = wave_sum<64>(l);
  __syncthreads();
  for (int d = threadIdx.x; d < dim; d += 64) {
    float acc = 0.f;
    for (int t = 0; t < length; ++t) acc += s[t] * v[t * stride + kv * dim + d];
    o[head * dim + d] = acc / l;
  }
}

extern "C" void grouped_attention_kernel(const float *Q, const float *K, const float *V, float *O, int kv_heads, int group, int length,
                                         int dim) {
  if (length > MAX_LENGTH) return;
  float *q, *k, *v, *o;
  const size_t cache = sizeof(float) * length * kv_heads * dim;
  const size_t rows = sizeof(float) * kv_heads * group * dim;
  hipMalloc(&q, rows);
  hipMalloc(&k, cache);
  hipMalloc(&v, cache);
  hipMalloc(&o, rows);
  hipMemcpy(q, Q, rows, hipMemcpyHostToDevice);
  hipMemcpy(k, K, cache, hipMemcpyHostToDevice);
  hipMemcpy(v, V, cache, hipMemcpyHostToDevice);
  gqa_decode<<<kv_heads * group, 64>>>(q, k, v, o, kv_heads, group, length, dim, 1.0f / sqrtf((float)dim));
  hipMemcpy(O, o, rows, hipMemcpyDeviceToHost);
  hipFree(q);
  hipFree(k);
  hipFree(v);
  hipFree(o);
}
