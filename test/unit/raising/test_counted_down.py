"""Loops that count down become loops over their turns, however the counter is tested."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

WALK = """
#include <stddef.h>
extern "C" void twice(size_t n, const float *x, float *y) {
  LOOP
}
"""
LOOPS = {
    "at least": "for (; n >= 4; n -= 4, x += 4, y += 4) for (int k = 0; k < 4; ++k) y[k] = 2 * x[k]; for (; n != 0; --n) *y++ = 2 * *x++;",
    "post": "while (n-- > 0) *y++ = 2 * *x++;",
    "plain": "while (n--) { *y++ = 2 * *x++; }",
    "afterwards": "while (n-- > 2) y[n] = 2 * x[n]; y[0] = (float)(unsigned char)n;",
    "after": "do *y++ = 2 * *x++; while (--n != 0);",
    "after, signed": "int left = (int)n; do { *y++ = 2 * *x++; left -= 1; } while (left > 0);",
    "used": "for (size_t left = n; left > 0; left -= 1) y[left - 1] = 2 * x[left - 1];",
}


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_that_counts_down_is_parallel(name: str, tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(WALK.replace("LOOP", LOOPS[name]))
    result = xpiler.translate(tmp_path / "k.cpp", to="cuda", verify="test", extents={"x": "n", "y": "n"})
    assert result.answer.verdict == Verdict.TESTED
    kernel = result.text.split("__global__")[1].split("\n}\n")[0]
    assert "while" not in kernel
    assert "threadIdx.x" in kernel


@pytest.mark.parametrize(
    "loop", ["while (n > 2) { n -= 4; *y++ = 2 * *x++; if (n > 1000000) break; }", "while (n != 0) { n -= 2; *y++ = *x++; }"]
)
def test_a_counter_that_may_wrap_around_stays(loop: str, tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(WALK.replace("LOOP", loop))
    assert "while" in xpiler.translate(tmp_path / "k.cpp", to="cuda", verify="none", extents={"x": "n", "y": "n"}).text.split("\n}\n")[0]


MICROKERNEL = """#include <immintrin.h>
#include <stddef.h>
#include <stdint.h>
union params { struct { float min; float max; } scalar; };
void vclamp(size_t batch, const float *input, float *output, const union params *params) {
  const __m512 low = _mm512_set1_ps(params->scalar.min), high = _mm512_set1_ps(params->scalar.max);
  for (; batch >= 16 * sizeof(float); batch -= 16 * sizeof(float)) {
    __m512 v = _mm512_loadu_ps(input);
    input += 16;
    _mm512_storeu_ps(output, _mm512_min_ps(_mm512_max_ps(low, v), high));
    output += 16;
  }
  if (batch != 0) {
    batch >>= 2;
    const __mmask16 m = _cvtu32_mask16((uint32_t)((UINT32_C(1) << batch) - UINT32_C(1)));
    _mm512_mask_storeu_ps(output, m, _mm512_min_ps(_mm512_max_ps(low, _mm512_maskz_loadu_ps(m, input)), high));
  }
}
"""


def test_a_microkernel_that_counts_bytes_is_one_elementwise_loop(tmp_path: Path) -> None:
    (tmp_path / "k.cpp").write_text(MICROKERNEL)
    result = xpiler.translate(tmp_path / "k.cpp", to="bang")
    assert result.answer.verdict == Verdict.PROVED
    assert result.text.count("__mlu_global__") == 1 and result.text.count("__bang_maxeq_scalar(") == 1
    assert "pieces = batch / 4" in result.text
