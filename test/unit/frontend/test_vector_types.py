"""Registers of floats are none of integers: what compilers of AVX-512 refuse is refused at its line."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.diagnostics import InvalidInput

ADDED = """#include <immintrin.h>
void k(const float *a, float *b, int n) {
  for (int i = 0; i + 16 <= n; i += 16) {
    __m512 x = _mm512_loadu_ps(a + i);
    _mm512_storeu_ps(b + i, SUM);
  }
}
"""


def test_integers_of_a_register_of_floats_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        frontend.read(ADDED.replace("SUM", "_mm512_add_epi32(x, _mm512_set1_epi32(1))"), "vnni")
    found = caught.value.diagnostics[0]
    assert "_mm512_add_epi32" in found.message
    assert found.place.line == 5


def test_a_cast_of_its_bits_is_read() -> None:
    frontend.read(ADDED.replace("SUM", "_mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(x), _mm512_set1_epi32(1)))"), "vnni")
