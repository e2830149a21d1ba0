"""Bits of floats: the sign of a constant zero counts, and what operations on the sign bit do to a number is known."""

from __future__ import annotations

import pytest

from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict


def lanes(expression: str) -> str:
    return (
        '#include <immintrin.h>\nextern "C" void k_kernel(const float *A, float *T, int n) {\nfor (int i = 0; i < n; ++i) {\n'
        f"__m512 v = _mm512_loadu_ps(A + i * 16);\n_mm512_storeu_ps(T + i * 16, {expression});\n}}\n}}\n"
    )


def loop(expression: str, count: str = "n * 16") -> str:
    return (
        '#include <cmath>\nextern "C" void k_kernel(const float *A, float *T, int n) {\n'
        f"for (int i = 0; i < {count}; ++i) T[i] = {expression};\n}}\n"
    )


MASK = "_mm512_castsi512_ps(_mm512_set1_epi32({}))"
PAIRS = {
    "a sign turned over": (
        loop("-A[i]"),
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(-0.0f))"),
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(0.0f))"),
    ),
    "nothing turned over": (
        loop("A[i]"),
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(0.0f))"),
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(-0.0f))"),
    ),
    "zeros as masks": (
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(0.0f))"),
        lanes("_mm512_or_ps(v, _mm512_set1_ps(0.0f))"),
        lanes("_mm512_xor_ps(v, _mm512_set1_ps(-0.0f))"),
    ),
    "no sign": (
        loop("fabsf(A[i])"),
        lanes(f"_mm512_and_ps(v, {MASK.format('0x7fffffff')})"),
        lanes(f"_mm512_and_ps(v, {MASK.format('0x3fffffff')})"),
    ),
    "a quotient of literals": (loop("A[i] * (1.0f / 9.0f)"), loop("0.11111111f * A[i]"), loop("A[i] * 0.1111111f")),
    "a literal by way of doubles": (loop("A[i] * (float)(2.0f / 3.0)"), loop("0.6666667f * A[i]"), loop("A[i] * 0.6666666f")),
    "a quotient over the reals": (loop("A[i] * (1.0f / 9.0f)"), loop("A[i] / 9.0f"), loop("A[i] / 9.5f")),
}


@pytest.mark.parametrize("name", PAIRS)
def test_only_the_right_twin_is_proved(written, name: str) -> None:
    source, right, wrong = (written(text, ".cpp") for text in PAIRS[name])
    assert staged(source, right, {}, 20).answer.verdict is Verdict.PROVED
    assert staged(source, wrong, {}, 20).answer.verdict is not Verdict.PROVED
