"""Masks that come from comparisons are truth values of lanes in shared form, and no bits of an integer."""

from __future__ import annotations

import numpy as np

import xpiler
from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.running import RunOptions

INSIDE = """#include <immintrin.h>
extern "C" void inside(const float *x, const float *y, float *out, int n) {
  for (int i = 0; i < n; i += 16) {
    __m512 a = _mm512_loadu_ps(x + i), b = _mm512_loadu_ps(y + i);
    __mmask16 above = _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ);
    __mmask16 small = _mm512_cmp_ps_mask(a, _mm512_set1_ps(1.0f), _CMP_LT_OQ);
    __mmask16 chosen = (above & ~small) ^ 0x0011;
    _mm512_storeu_ps(out + i, _mm512_mask_blend_ps(chosen, b, _mm512_add_ps(a, a)));
  }
}
"""
NAN = """#include <immintrin.h>
extern "C" void above(const float *x, float *out, int n) {
  for (int i = 0; i < n; i += 16) {
    __m512 a = _mm512_loadu_ps(x + i), most = _mm512_loadu_ps(out + i);
    __mmask16 unset = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
    _mm512_storeu_ps(out + i, _mm512_mask_blend_ps(unset, _mm512_max_ps(most, a), most));
  }
}
"""


def raised(source: str) -> str:
    return str(raising.raise_module(frontend.read(source, "vnni", ReadOptions())))


def test_bitwise_operations_of_masks_are_those_of_lanes(tmp_path) -> None:
    text = raised(INSIDE)
    assert "arith.cmpf" in text and "arith.shli" not in text
    source, output = tmp_path / "inside.cpp", tmp_path / "output.cpp"
    source.write_text(INSIDE)
    output.write_text(xpiler.translate(source, to="vnni", verify="none").text)
    x, y = (np.linspace(-3, 3, 64, dtype=np.float32), np.zeros(64, np.float32))
    result = xpiler.run(output, options=RunOptions(call="inside_kernel"), x=x, y=y, out="out:64", n=64)
    chosen = (x > y) & ~(x < 1) ^ np.isin(np.arange(64) % 16, (0, 4))
    np.testing.assert_array_equal(result.result.arrays[2], np.where(chosen, x + x, y))


def test_a_maximum_that_passes_over_nan_is_one_operation() -> None:
    text = raised(NAN)
    assert "arith.maxnumf" in text and "arith.cmpf" not in text and "arith.select" not in text
