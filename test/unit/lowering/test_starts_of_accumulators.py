"""A variable that a loop takes over is assigned behind the declarations that start with what it held."""

from __future__ import annotations

from xpiler import frontend, lowering, raising
from xpiler.platforms.target import Target

SOURCE = """#include <immintrin.h>
#include <stdint.h>
void sums(const uint8_t *a, const int8_t *w, int *out, int n, int k) {
  for (int o = 0; o < n; ++o) {
    __m512i acc = _mm512_setzero_si512(), all = acc;
    const __m512i ones = _mm512_set1_epi8(1);
    int i = 0;
    for (; i + 64 <= k; i += 64) {
      __m512i v = _mm512_loadu_si512((const void *)(w + o * k + i));
      acc = _mm512_dpbusd_epi32(acc, _mm512_loadu_si512((const void *)(a + i)), v);
      all = _mm512_dpbusd_epi32(all, ones, v);
    }
    int sum = _mm512_reduce_add_epi32(acc), total = _mm512_reduce_add_epi32(all);
    for (; i < k; ++i) { sum += a[i] * w[o * k + i]; total += w[o * k + i]; }
    out[o] = sum - 3 * total;
  }
}
"""


def test_what_a_variable_held_is_read_before_it_is_assigned() -> None:
    text = lowering.emit(lowering.lower(raising.raise_module(frontend.read(SOURCE, "vnni")), Target("bang", "")))
    assigned = [line.strip() for line in text.splitlines() if " = sum;" in line or line.strip().startswith("sum = ")]
    declared = [k for k, line in enumerate(assigned) if line.endswith("= sum;")]
    taken = [k for k, line in enumerate(assigned) if line.startswith("sum = ") and "state" in line]
    assert not declared or not taken or declared[0] < taken[0]
