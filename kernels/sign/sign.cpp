// Sign of every element: -1, 0 or 1 by two masks.
#include <immintrin.h>

static inline __m512 signs(__m512 x) {
  const __m512 zero = _mm512_setzero_ps();
  const __mmask16 above = _mm512_cmp_ps_mask(x, zero, _CMP_GT_OQ);
  const __mmask16 below = _mm512_cmp_ps_mask(x, zero, _CMP_LT_OQ);
  __m512 y = _mm512_maskz_mov_ps(above, _mm512_set1_ps(1.0f));
  return _mm512_mask_mov_ps(y, below, _mm512_set1_ps(-1.0f));
}

extern "C" void sign(const float *A, float *T, int n) {
  int i = 0;
  for (; i + 16 <= n; i += 16) _mm512_storeu_ps(T + i, signs(_mm512_loadu_ps(A + i)));
  for (; i < n; ++i) T[i] = (A[i] > 0.0f) - (A[i] < 0.0f);
}

extern "C" void sign_kernel(const float *A, float *T, int n) { sign(A, T, n); }
