"""Intrinsics that are told by others: single halves, masked moves of AVX, narrowing stores, bfloat16."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

AXPY = """#include <immintrin.h>
#include <stdint.h>
void axpy(const uint16_t *x, uint16_t *y, float a, int n) {
  for (int i = 0; i < n; ++i) y[i] = _cvtss_sh(a * _cvtsh_ss(x[i]) + _cvtsh_ss(y[i]), 0);
}
"""
TAIL = """#include <immintrin.h>
#include <stdint.h>
void narrow(const float *x, uint8_t *y, const float *scale, int n) {
  const __m512 s = _mm512_set1_ps(*scale);
  for (int i = 0; i < n; i += 16) {
    const __mmask16 m = n - i < 16 ? (1u << (n - i)) - 1 : 0xffff;
    __m512i v = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_maskz_loadu_ps(m, x + i), s));
    _mm512_mask_cvtusepi32_storeu_epi8(y + i, m, _mm512_max_epi32(v, _mm512_setzero_si512()));
  }
}
"""
PAIRS = """#include <immintrin.h>
void dots(const __bf16 *a, const __bf16 *b, float *c, int n) {
  for (int i = 0; i < n; ++i) {
    __m512bh x = (__m512bh)_mm512_loadu_si512(a + 32 * i), y = (__m512bh)_mm512_loadu_si512(b);
    _mm512_storeu_ps(c + 16 * i, _mm512_dpbf16_ps(_mm512_setzero_ps(), x, y));
  }
}
"""


@pytest.mark.parametrize("text", [AXPY, TAIL])
def test_they_do_what_the_compiler_s_do(text: str, tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(text)
    assert xpiler.translate(tmp_path / "k.cpp", to="cuda", verify="test").answer.verdict == Verdict.TESTED


def test_a_dot_of_pairs_takes_neighbours(tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(PAIRS)
    text = xpiler.translate(tmp_path / "k.cpp", to="cuda", verify="none").text
    assert text.count("__bfloat162float(") >= 4
    assert "% 2" not in text and "bits_as" not in text
