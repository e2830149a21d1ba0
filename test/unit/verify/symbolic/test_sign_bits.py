"""Registers of floats seen as integers: a sign bit that is turned over or cleared is a negation or a magnitude, for all sizes."""

from __future__ import annotations

import pytest
from all_sizes import doubt

PLAIN = 'extern "C" void k_kernel(const float *x, float *y, int n) {\nfor (int i = 0; i < n; ++i) y[i] = %s;\n}\n'
REGISTERS = """#include <immintrin.h>
extern "C" void k_kernel(const float *x, float *y, int n) {
  for (int i = 0; i < n; i += 16) {
    __mmask16 lanes = n - i < 16 ? (1u << (n - i)) - 1 : 0xffff;
    __m512 v = _mm512_maskz_loadu_ps(lanes, x + i);
    _mm512_mask_storeu_ps(y + i, lanes, %s);
  }
}
"""
NEGATED = "_mm512_xor_ps(v, _mm512_set1_ps(-0.0f))"
EXPONENTIAL = f"_mm512_div_ps(_mm512_set1_ps(1.0f), _mm512_add_ps(_mm512_set1_ps(1.0f), {NEGATED}))"
CLEARED = "_mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(v), _mm512_set1_epi32(0x7fffffff)))"
PAIRS = [(NEGATED, "-x[i]"), (EXPONENTIAL, "1.0f / (1.0f + -x[i])"), (CLEARED, "fmaxf(x[i], -x[i])")]
TWINS = [
    (NEGATED, "x[i]"),
    (NEGATED.replace("-0.0f", "0.0f"), "-x[i]"),
    (NEGATED.replace("-0.0f", "-1.0f"), "-x[i]"),
    (NEGATED.replace("xor", "or"), "-x[i]"),
    (NEGATED.replace("xor", "and"), "-x[i]"),
    (CLEARED, "x[i]"),
    (CLEARED.replace("0x7fffffff", "0x3fffffff"), "fmaxf(x[i], -x[i])"),
    (CLEARED.replace("0x7fffffff", "0xffffffff"), "fmaxf(x[i], -x[i])"),
    (CLEARED.replace("and_si512", "or_si512"), "fmaxf(x[i], -x[i])"),
]


@pytest.mark.parametrize(("register", "plain"), PAIRS)
def test_the_sign_bit_is_the_sign(written, register: str, plain: str) -> None:
    text = ("#include <math.h>\n" if "fmaxf" in plain else "") + PLAIN % plain
    assert doubt(written(text, ".cpp"), written(REGISTERS % register, ".cpp")) == ""


@pytest.mark.parametrize(("register", "plain"), TWINS)
def test_another_bit_is_not(written, register: str, plain: str) -> None:
    text = ("#include <math.h>\n" if "fmaxf" in plain else "") + PLAIN % plain
    assert doubt(written(text, ".cpp"), written(REGISTERS % register, ".cpp"))
