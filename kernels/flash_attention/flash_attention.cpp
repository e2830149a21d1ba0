// Flash attention: queries over the cores; keys one after another, the maximum, the sum and the output corrected where the maximum rises.
#include <immintrin.h>

#include <cmath>

#define MAX_DIM 256

extern "C" void flash_attention(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim, float scale) {
#pragma omp parallel for
  for (int i = 0; i < heads * seq; ++i) {
    const float *q = Q + (long)i * dim;
    const float *k = K + (long)(i / seq) * seq * dim;
    const float *v = V + (long)(i / seq) * seq * dim;
    float acc[MAX_DIM];
    for (int d = 0; d < dim; ++d) acc[d] = 0.0f;
    float peak = -INFINITY;
    float total = 0.0f;
    for (int j = 0; j < seq; ++j) {
      __m512 sums = _mm512_setzero_ps();
      int d = 0;
      for (; d + 16 <= dim; d += 16) sums = _mm512_fmadd_ps(_mm512_loadu_ps(q + d), _mm512_loadu_ps(k + (long)j * dim + d), sums);
      float score = _mm512_reduce_add_ps(sums);
      for (; d < dim; ++d) score += q[d] * k[(long)j * dim + d];
      score *= scale;
      float next = score > peak ? score : peak;
      float correction = expf(peak - next);
      float weight = expf(score - next);
      total = total * correction + weight;
      peak = next;
      for (d = 0; d + 16 <= dim; d += 16) {
        __m512 a = _mm512_mul_ps(_mm512_loadu_ps(acc + d), _mm512_set1_ps(correction));
        a = _mm512_fmadd_ps(_mm512_set1_ps(weight), _mm512_loadu_ps(v + (long)j * dim + d), a);
        _mm512_storeu_ps(acc + d, a);
      }
      for (; d < dim; ++d) acc[d] = acc[d] * correction + weight * v[(long)j * dim + d];
    }
    for (int d = 0; d < dim; ++d) O[(long)i * dim + d] = acc[d] / total;
  }
}

extern "C" void flash_attention_kernel(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim) {
  if (dim > MAX_DIM) return;
  flash_attention(Q, K, V, O, heads, seq, dim, 1.0f / sqrtf((float)dim));
}
