// gelu: translated from gelu.cu
// Build: g++ -O3 -march=icelake-server -fopenmp

// source: GELU in its tanh form, with a grid-stride loop.

#include <immintrin.h>

// tanh x to within 2 ulp: an odd polynomial near 0, else 1 - 2 / (e^2|x| + 1) with the sign of x; |x| = n ln 2 / 2 + r.
static inline __m512 tanh512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.0f), two = _mm512_set1_ps(2.0f), whole = _mm512_set1_ps(12582912.0f);
  __m512 size = _mm512_abs_ps(x), square = _mm512_mul_ps(x, x), bounded = _mm512_min_ps(_mm512_set1_ps(20.0f), size);
  __m512 p = _mm512_set1_ps(-5.70498872745e-3f);
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(2.06390887954e-2f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(-5.37397155531e-2f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(1.33314422036e-1f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(-3.33332819422e-1f));
  __m512 near = _mm512_fmadd_ps(p, _mm512_mul_ps(square, x), x);
  __m512 n = _mm512_sub_ps(_mm512_fmadd_ps(bounded, _mm512_set1_ps(2.88539008f), whole), whole);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.34657359f), bounded);
  __m512 e = _mm512_set1_ps(2.5440885e-2f);
  e = _mm512_fmadd_ps(e, r, _mm512_set1_ps(8.9484797e-2f));
  e = _mm512_fmadd_ps(e, r, _mm512_set1_ps(2.6667046e-1f));
  e = _mm512_fmadd_ps(e, r, _mm512_set1_ps(6.6665273e-1f));
  e = _mm512_fmadd_ps(e, r, _mm512_set1_ps(1.3333332f));
  e = _mm512_fmadd_ps(_mm512_fmadd_ps(_mm512_fmadd_ps(e, r, two), r, two), r, one);
  __m512 far = _mm512_sub_ps(one, _mm512_div_ps(two, _mm512_add_ps(_mm512_scalef_ps(e, n), one)));
  __m512 y = _mm512_mask_blend_ps(_mm512_cmp_ps_mask(size, _mm512_set1_ps(0.625f), _CMP_LT_OQ), far, near);
  return _mm512_or_ps(y, _mm512_and_ps(x, _mm512_set1_ps(-0.0f)));
}

extern "C" void gelu(const float *__restrict__ A, float *__restrict__ T, int n) {
  int whole = n - n % 16;
#pragma omp parallel for
  for (int i = 0; i < whole; i += 16) {
    __m512 a = _mm512_loadu_ps(A + i);
    __m512 cubic = _mm512_mul_ps(_mm512_mul_ps(a, a), a);
    __m512 product = _mm512_mul_ps(_mm512_fmadd_ps(cubic, _mm512_set1_ps(0.044715f), a), _mm512_set1_ps(0.7978846f));
    __m512 value =
        _mm512_mul_ps(_mm512_mul_ps(a, _mm512_set1_ps(0.5f)), _mm512_add_ps(tanh512(product), _mm512_set1_ps(1.0f)));
    _mm512_storeu_ps(T + i, value);
  }
  bool has_rest = whole < n;
  if (has_rest) {
    __mmask16 lanes = (1u << (n - whole)) - 1;
    __m512 a = _mm512_maskz_loadu_ps(lanes, A + whole);
    __m512 cubic = _mm512_mul_ps(_mm512_mul_ps(a, a), a);
    __m512 product = _mm512_mul_ps(_mm512_fmadd_ps(cubic, _mm512_set1_ps(0.044715f), a), _mm512_set1_ps(0.7978846f));
    __m512 value =
        _mm512_mul_ps(_mm512_mul_ps(a, _mm512_set1_ps(0.5f)), _mm512_add_ps(tanh512(product), _mm512_set1_ps(1.0f)));
    _mm512_mask_storeu_ps(T + whole, lanes, value);
  }
}

extern "C" void gelu_kernel(const float *A, float *T, int n) { gelu(A, T, n); }
