"""A variable that a loop takes over is assigned behind the declarations that start with what it held."""

from __future__ import annotations

import re

from xpiler import frontend, lowering, raising
from xpiler.platforms.target import Target

SOURCE = """#include <immintrin.h>
#include <stdint.h>
void sums(const uint8_t *a, const int8_t *w, int *out, int n, int k) {
  for (int o = 0; o < n; ++o) {
    __m512i even = _mm512_setzero_si512(), odd = even, all = even;
    const __m512i ones = _mm512_set1_epi8(1);
    int i = 0;
    for (; i + 128 <= k; i += 128) {
      __m512i v = _mm512_loadu_si512((const void *)(w + o * k + i)), u = _mm512_loadu_si512((const void *)(w + o * k + i + 64));
      even = _mm512_dpbusd_epi32(even, _mm512_loadu_si512((const void *)(a + i)), v);
      odd = _mm512_dpbusd_epi32(odd, _mm512_loadu_si512((const void *)(a + i + 64)), u);
      all = _mm512_dpbusd_epi32(all, ones, v);
      all = _mm512_dpbusd_epi32(all, ones, u);
    }
    int32_t sum = _mm512_reduce_add_epi32(_mm512_add_epi32(even, odd)), total = _mm512_reduce_add_epi32(all);
    for (; i < k; ++i) { sum += a[i] * w[o * k + i]; total += w[o * k + i]; }
    out[o] = sum - 3 * total;
  }
}
"""


def test_what_a_variable_held_is_read_before_it_is_assigned() -> None:
    text = lowering.emit(lowering.lower(raising.raise_module(frontend.read(SOURCE, "vnni")), Target("bang", "")))
    declared = re.search(r"int \w+ = sum;", text)
    taken = re.search(r"\n\s*sum = \w+;", text)
    assert declared and taken, text
    assert declared.start() < taken.start()
