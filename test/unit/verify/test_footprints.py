"""Wide accesses past a tail, in a source whose buffers have no stated size."""

from __future__ import annotations

import pytest

from xpiler.verify.footprints import overrun
from xpiler.verify.stages import staged
from xpiler.verify.verdict import Verdict

TEXT = """#include <immintrin.h>
extern "C" void k_kernel(const float *A, float *T, int n) {{
  for (int i = 0; i < n; i += 16) {{
    __mmask16 lanes = n - i >= 16 ? 0xffff : (1u << (n - i)) - 1;
    _mm512_mask_storeu_ps(T + i, lanes, {load});
  }}
}}
"""
MASKED, WHOLE = (TEXT.format(load=load) for load in ("_mm512_maskz_loadu_ps(lanes, A + i)", "_mm512_loadu_ps(A + i)"))
PADDED = 'extern "C" void k_kernel(const float *A, float *T, int n) {\nfor (int i = 0; i < n; ++i) T[i] = A[2 * i + 1];\n}\n'


@pytest.mark.parametrize(("text", "verdict"), [(MASKED, Verdict.PROVED), (WHOLE, Verdict.UNSUPPORTED)])
def test_a_load_past_the_tail_proves_nothing(written, text: str, verdict: Verdict) -> None:
    source = written(text, ".cpp")
    found = staged(source, source, {}, 20).answer
    assert found.verdict is verdict
    assert verdict is Verdict.PROVED or "'A' is accessed past n elements" in found.reason


def test_what_is_no_product_of_sizes_is_not_judged(written) -> None:
    assert overrun(written(PADDED, ".cpp")) == ""
