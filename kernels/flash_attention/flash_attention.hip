#include <hip/hip_runtime.h>
#include <math.h>

// Flash attention: a thread a query, tiles of keys and values in LDS; the maximum, the sum and the output are corrected key by key.
#define TILE 32
#define MAX_DIM 128

__global__ void flash_attention(const float *q, const float *k, const float *v, float *out, int seq, int dim, float scale) {
  __shared__ float keys[TILE * MAX_DIM];
  __shared__ float values[TILE * MAX_DIM];
  const int row = blockIdx.x * blockDim.x + threadIdx.x;
  const float *query = q + ((size_t)blockIdx.y * seq + row) * dim;
  k += (size_t)blockIdx.y * seq * dim;
  v += (size_t)blockIdx.y * seq * dim;
  float acc[MAX_DIM];
  for (int d = 0; d < dim; ++d) acc[d] = 0.0f;
  float m = -INFINITY, l = 0.0f;
  for (int first = 0; first < seq; first += TILE) {
    const int count = seq - first < TILE ? seq - first : TILE;
    for (int i = threadIdx.x; i < count * dim; i += blockDim.x) {
      keys[i] = k[first * dim + i];
      values[i] = v[first * dim + i];
    }
    __syncthreads();
    if (row < seq) {
      for (int j = 0; j < count; ++j) {
        float s = 0.0f;
        for (int d = 0; d < dim; ++d) s += query[d] * keys[j * dim + d];
        s *= scale;
        const float m_new = fmaxf(m, s);
        const float alpha = expf(m - m_new);
        const float p = expf(s - m_new);
        l = l * alpha + p;
        for (int d = 0; d < dim; ++d) acc[d] = acc[d] * alpha + p * values[j * dim + d];
        m = m_new;
      }
    }
    __syncthreads();
  }
  if (row < seq) {
    for (int d = 0; d < dim; ++d) out[((size_t)blockIdx.y * seq + row) * dim + d] = acc[d] / l;
  }
}

extern "C" void flash_attention_kernel(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim) {
  if (dim > MAX_DIM) return;
  float *q, *k, *v, *o;
  const size_t bytes = sizeof(float) * heads * seq * dim;
  hipMalloc(&q, bytes);
  hipMalloc(&k, bytes);
  hipMalloc(&v, bytes);
  hipMalloc(&o, bytes);
  hipMemcpy(q, Q, bytes, hipMemcpyHostToDevice);
  hipMemcpy(k, K, bytes, hipMemcpyHostToDevice);
  hipMemcpy(v, V, bytes, hipMemcpyHostToDevice);
  flash_attention<<<dim3((seq + 63) / 64, heads), 64>>>(q, k, v, o, seq, dim, 1.0f / sqrtf(dim));
  hipMemcpy(O, o, bytes, hipMemcpyDeviceToHost);
  hipFree(q);
  hipFree(k);
  hipFree(v);
  hipFree(o);
}
