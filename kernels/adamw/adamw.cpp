// One AdamW step, sixteen parameters at once, the last ones under a mask.
#include <immintrin.h>

#include <cmath>

extern "C" void adamw(float *P, float *M, float *V, const float *G, int n, float rate, float beta1, float beta2, float correction1,
                      float correction2, float eps, float decay) {
  const __m512 b1 = _mm512_set1_ps(beta1), b2 = _mm512_set1_ps(beta2);
  const __m512 c1 = _mm512_set1_ps(1.0f - beta1), c2 = _mm512_set1_ps(1.0f - beta2);
#pragma omp parallel for schedule(static)
  for (int i = 0; i < n; i += 16) {
    const __mmask16 k = n - i >= 16 ? (__mmask16)0xffff : (__mmask16)((1u << (n - i)) - 1u);
    const __m512 g = _mm512_maskz_loadu_ps(k, G + i);
    const __m512 p = _mm512_maskz_loadu_ps(k, P + i);
    const __m512 m = _mm512_fmadd_ps(b1, _mm512_maskz_loadu_ps(k, M + i), _mm512_mul_ps(c1, g));
    const __m512 v = _mm512_fmadd_ps(b2, _mm512_maskz_loadu_ps(k, V + i), _mm512_mul_ps(c2, _mm512_mul_ps(g, g)));
    _mm512_mask_storeu_ps(M + i, k, m);
    _mm512_mask_storeu_ps(V + i, k, v);
    const __m512 root = _mm512_sqrt_ps(_mm512_div_ps(v, _mm512_set1_ps(correction2)));
    const __m512 ratio = _mm512_div_ps(_mm512_div_ps(m, _mm512_set1_ps(correction1)), _mm512_add_ps(root, _mm512_set1_ps(eps)));
    const __m512 change = _mm512_fmadd_ps(_mm512_set1_ps(decay), p, ratio);
    _mm512_mask_storeu_ps(P + i, k, _mm512_fnmadd_ps(_mm512_set1_ps(rate), change, p));
  }
}

extern "C" void adamw_kernel(float *P, float *M, float *V, const float *G, int n, int step, float rate, float beta1, float beta2,
                             float eps, float decay) {
  adamw(P, M, V, G, n, rate, beta1, beta2, 1.0f - powf(beta1, step), 1.0f - powf(beta2, step), eps, decay);
}
