"""Functions of whole registers that AVX-512 lacks, copied into the output only when used.

What each promises is measured in test/unit/lowering/test_vector_library.py, over every exponent and both signs:
`exp512` is within 1 ulp of exp (subnormal results included), `tanh512` within 2 ulp of tanh; NaN gives NaN, infinities
give the limits.
"""

from __future__ import annotations

EXP512 = """// e^x to within 1 ulp: x = n ln 2 + r, a polynomial in r, scaled by 2^n.
static inline __m512 exp512(__m512 x) {
  x = _mm512_max_ps(_mm512_set1_ps(-128.0f), _mm512_min_ps(_mm512_set1_ps(128.0f), x));
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.9875691500e-4f);
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
  p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
  p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), r);
  return _mm512_scalef_ps(_mm512_add_ps(p, _mm512_set1_ps(1.0f)), n);
}"""

TANH512 = """// tanh x to within 2 ulp: an odd polynomial near 0, else 1 - 2 / (e^2|x| + 1) with the sign of x.
static inline __m512 tanh512(__m512 x) {
  __m512 one = _mm512_set1_ps(1.0f), size = _mm512_abs_ps(x), square = _mm512_mul_ps(x, x);
  __m512 p = _mm512_set1_ps(-5.70498872745e-3f);
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(2.06390887954e-2f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(-5.37397155531e-2f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(1.33314422036e-1f));
  p = _mm512_fmadd_ps(p, square, _mm512_set1_ps(-3.33332819422e-1f));
  __m512 near = _mm512_fmadd_ps(p, _mm512_mul_ps(square, x), x);
  __m512 far = _mm512_div_ps(_mm512_set1_ps(2.0f), _mm512_add_ps(exp512(_mm512_add_ps(size, size)), one));
  __m512 y = _mm512_mask_blend_ps(_mm512_cmp_ps_mask(size, _mm512_set1_ps(0.625f), _CMP_LT_OQ), _mm512_sub_ps(one, far), near);
  return _mm512_or_ps(y, _mm512_and_ps(x, _mm512_set1_ps(-0.0f)));
}"""

FUNCTIONS = {"exp": (("exp512", EXP512),), "tanh": (("exp512", EXP512), ("tanh512", TANH512))}
"""For each C function, its register form last, after what that calls."""
