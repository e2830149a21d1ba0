"""Functions of whole registers that AVX-512 lacks, copied into the output only when used.

What each promises is measured in test/unit/lowering/test_vector_library.py, over every exponent and both signs:
`exp512` is within 1 ulp of exp (subnormal results included), `tanh512`, `erf512`, `sin512` and `cos512` within 2 ulp of
theirs; NaN gives NaN, infinities give the limits (of sine and cosine NaN). The sine of -0 is 0.
"""

from __future__ import annotations

EXP512 = """// e^x to within 1 ulp: x = n ln 2 + r, a polynomial in r, scaled by 2^n. Adding 1.5 * 2^23 rounds to a whole number.
static inline __m512 exp512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.0f), whole = _mm512_set1_ps(12582912.0f);
  x = _mm512_max_ps(_mm512_set1_ps(-128.0f), _mm512_min_ps(_mm512_set1_ps(128.0f), x));
  __m512 n = _mm512_sub_ps(_mm512_fmadd_ps(x, _mm512_set1_ps(1.44269504f), whole), whole);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(_mm512_fmadd_ps(p, r, one), r, one);
  return _mm512_scalef_ps(p, n);
}"""

TANH512 = """// tanh x to within 2 ulp: an odd polynomial near 0, else 1 - 2 / (e^2|x| + 1) with the sign of x; |x| = n ln 2 / 2 + r.
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
}"""

ERF512 = """// erf x to within 2 ulp: an odd polynomial up to 1, else 1 - e^p with p a polynomial in |x|, with the sign of x.
static inline __m512 erf512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.0f), size = _mm512_abs_ps(x), square = _mm512_mul_ps(x, x);
  __m512 near = _mm512_set1_ps(-5.66014904e-4f);
  near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(4.92478814e-3f));
  near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(-2.67177075e-2f));
  near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(1.12804115e-1f));
  near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(-3.76123548e-1f));
  near = _mm512_fmadd_ps(near, square, _mm512_set1_ps(1.28379121e-1f));
  near = _mm512_fmadd_ps(near, x, x);
  __m512 bounded = _mm512_min_ps(_mm512_set1_ps(4.0f), size);
  __m512 p = _mm512_set1_ps(-1.33599169e-5f);
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(3.1891925e-4f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(-3.45024071e-3f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(2.26891432e-2f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(-1.035069e-1f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(-6.38797641e-1f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(-1.12616932f));
  p = _mm512_fmadd_ps(p, bounded, _mm512_set1_ps(-6.7595084e-4f));
  __m512 far = _mm512_sub_ps(one, exp512(p));
  __m512 y = _mm512_mask_blend_ps(_mm512_cmp_ps_mask(size, one, _CMP_LE_OQ), far, near);
  return _mm512_or_ps(y, _mm512_and_ps(x, _mm512_set1_ps(-0.0f)));
}"""

TURN512 = """// Sine of x + quarter pi / 2 to within 2 ulp: x = n pi / 2 + r, a polynomial in r; beyond 65536 element by element.
static inline __m512 turn512(__m512 x, int quarter) {
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(0.636619747f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512i turns = _mm512_add_epi32(_mm512_cvtps_epi32(n), _mm512_set1_epi32(quarter));
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(1.57079637f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-4.37113883e-8f), r);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-1.71512451e-15f), r);
  __m512 square = _mm512_mul_ps(r, r);
  __m512 s = _mm512_fmadd_ps(_mm512_set1_ps(-1.9585494e-4f), square, _mm512_set1_ps(8.33273772e-3f));
  s = _mm512_fmadd_ps(s, square, _mm512_set1_ps(-1.66666642e-1f));
  s = _mm512_fmadd_ps(_mm512_mul_ps(s, square), r, r);
  __m512 c = _mm512_fmadd_ps(_mm512_set1_ps(2.45455212e-5f), square, _mm512_set1_ps(-1.3888292e-3f));
  c = _mm512_fmadd_ps(c, square, _mm512_set1_ps(4.16666642e-2f));
  c = _mm512_fmadd_ps(_mm512_mul_ps(c, square), square, _mm512_fmadd_ps(square, _mm512_set1_ps(-0.5f), _mm512_set1_ps(1.0f)));
  __m512 y = _mm512_mask_mov_ps(s, _mm512_test_epi32_mask(turns, _mm512_set1_epi32(1)), c);
  __m512i sign = _mm512_slli_epi32(_mm512_and_si512(turns, _mm512_set1_epi32(2)), 30);
  y = _mm512_castsi512_ps(_mm512_xor_si512(_mm512_castps_si512(y), sign));
  __mmask16 far = _mm512_cmp_ps_mask(_mm512_abs_ps(x), _mm512_set1_ps(65536.0f), _CMP_NLE_UQ);
  if (far) {
    float in[16], out[16];
    _mm512_storeu_ps(in, x);
    for (int i = 0; i < 16; ++i) out[i] = quarter ? __builtin_cosf(in[i]) : __builtin_sinf(in[i]);
    y = _mm512_mask_loadu_ps(y, far, out);
  }
  return y;
}"""

SIN512 = """static inline __m512 sin512(__m512 x) { return turn512(x, 0); }"""
COS512 = """static inline __m512 cos512(__m512 x) { return turn512(x, 1); }"""

FUNCTIONS = {
    "exp": (("exp512", EXP512),),
    "tanh": (("tanh512", TANH512),),
    "erf": (("exp512", EXP512), ("erf512", ERF512)),
    "sin": (("turn512", TURN512), ("sin512", SIN512)),
    "cos": (("turn512", TURN512), ("cos512", COS512)),
}
"""For each C function, its register form last, after what that calls."""
