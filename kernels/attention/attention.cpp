// Multi-head attention, softmax(Q K^T / sqrt(dim)) V: queries over the cores, dot products and sums of rows sixteen floats a step.
#include <immintrin.h>

#include <cfloat>
#include <cmath>
#include <vector>

static inline __mmask16 tail(int left) { return left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1u); }

static inline float dot(const float *a, const float *b, int n) {
  __m512 acc = _mm512_setzero_ps();
  for (int i = 0; i < n; i += 16) {
    const __mmask16 m = tail(n - i);
    acc = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(m, a + i), _mm512_maskz_loadu_ps(m, b + i), acc);
  }
  return _mm512_reduce_add_ps(acc);
}

extern "C" void attention(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim, float scale) {
#pragma omp parallel for collapse(2)
  for (int h = 0; h < heads; ++h) {
    for (int i = 0; i < seq; ++i) {
      const float *q = Q + ((long)h * seq + i) * dim;
      const float *k = K + (long)h * seq * dim;
      const float *v = V + (long)h * seq * dim;
      float *out = O + ((long)h * seq + i) * dim;
      std::vector<float> scores(seq);
      float peak = -FLT_MAX;
      for (int j = 0; j < seq; ++j) {
        scores[j] = dot(q, k + (long)j * dim, dim) * scale;
        peak = std::fmax(peak, scores[j]);
      }
      float total = 0.0f;
      for (int j = 0; j < seq; ++j) {
        scores[j] = std::exp(scores[j] - peak);
        total += scores[j];
      }
      for (int d = 0; d < dim; d += 16) {
        const __mmask16 m = tail(dim - d);
        __m512 acc = _mm512_setzero_ps();
        for (int j = 0; j < seq; ++j) acc = _mm512_fmadd_ps(_mm512_set1_ps(scores[j]), _mm512_maskz_loadu_ps(m, v + (long)j * dim + d), acc);
        _mm512_mask_storeu_ps(out + d, m, _mm512_div_ps(acc, _mm512_set1_ps(total)));
      }
    }
  }
}

extern "C" void attention_kernel(const float *Q, const float *K, const float *V, float *O, int heads, int seq, int dim) {
  attention(Q, K, V, O, heads, seq, dim, 1.0f / std::sqrt((float)dim));
}
