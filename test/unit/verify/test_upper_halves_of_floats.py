"""Arrays of words that code shifts into the upper half of a float hold bfloat16 numbers, and are run as such."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.verify.float_bits import as_floats
from xpiler.verify.sampling import ParameterInfo

PARAMETERS = [ParameterInfo("a", "uint16", True), ParameterInfo("y", "uint16", True), ParameterInfo("n", "int32", False)]
SCALED = """#include <immintrin.h>
#include <stdint.h>
void scaled(const uint16_t *a, uint16_t *y, int n) {{
  for (int i = 0; i + 16 <= n; i += 16) {{
    __m512i word = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(a + i)));
    __m512 v = _mm512_mul_ps(_mm512_castsi512_ps(_mm512_slli_epi32(word, {up})), _mm512_set1_ps(3.0f));
    __m512i u = _mm512_castps_si512(v);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(u, 16), _mm512_set1_epi32(1));
    u = _mm512_add_epi32(u, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    _mm256_storeu_si256((__m256i *)(y + i), _mm512_cvtepi32_epi16({made}));
  }}
}}
"""


@pytest.mark.parametrize(
    ("up", "made", "types"),
    [
        (16, "_mm512_srli_epi32(u, 16)", ["bfloat16", "bfloat16"]),
        (16, "u", ["bfloat16", "uint16"]),  # the lower half is no number
        (15, "_mm512_srli_epi32(u, 16)", ["uint16", "bfloat16"]),
        (16, "_mm512_add_epi32(_mm512_srli_epi32(u, 16), word)", ["uint16", "uint16"]),  # words are numbers as well
    ],
)
def test_which_arrays_are_floats(up: int, made: str, types: list[str]) -> None:
    module = frontend.read(SCALED.format(up=up, made=made), "vnni", ReadOptions(arch="icelake-server"))
    assert [p.dtype for p in as_floats(PARAMETERS, raising.raise_module(module)) if p.is_pointer] == types
