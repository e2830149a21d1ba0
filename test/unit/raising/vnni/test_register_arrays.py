"""Arrays of registers and gathers in shared form: loops over lanes, no choice by the lane's number."""

from __future__ import annotations

import numpy as np

import xpiler
from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.running import RunOptions

DOT = """#include <immintrin.h>
extern "C" void dot(const float *x, const float *y, float *out, int n) {
  __m512 sum[2] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
  int whole = n & ~31;
  for (int i = 0; i < whole; i += 32)
    for (int j = 0; j < 2; ++j) sum[j] = _mm512_fmadd_ps(_mm512_loadu_ps(x + i + j * 16), _mm512_loadu_ps(y + i + j * 16), sum[j]);
  float s = _mm512_reduce_add_ps(_mm512_add_ps(sum[0], sum[1]));
  for (int i = whole; i < n; ++i) s += x[i] * y[i];
  *out = s;
}
"""
GATHER = """#include <immintrin.h>
extern "C" void take(const float *table, const int *at, float *out, int n) {
  for (int i = 0; i < n; i += 16) _mm512_storeu_ps(out + i, _mm512_i32gather_ps(_mm512_loadu_si512(at + i), table, 4));
}
"""


def _raised(source: str) -> str:
    return str(raising.raise_module(frontend.read(source, "vnni", ReadOptions())))


def test_a_gather_is_a_load_in_a_loop() -> None:
    text = _raised(GATHER)
    assert text.count("memref.load") == 2
    assert "arith.select" not in text


def test_an_array_of_registers_sums_what_it_should(tmp_path) -> None:
    assert "arith.andi" not in _raised(DOT)
    source = tmp_path / "dot.cpp"
    source.write_text(DOT)
    output = tmp_path / "output.cpp"
    output.write_text(xpiler.translate(source, to="vnni", verify="none").text)
    x, y = (np.arange(75, dtype=np.float32) / 8 - 3, np.ones(75, np.float32))
    result = xpiler.run(output, options=RunOptions(call="dot_kernel"), x=x, y=y, out="out:1", n=75)
    np.testing.assert_allclose(result.result.arrays[2], [x.sum()], rtol=1e-5)
