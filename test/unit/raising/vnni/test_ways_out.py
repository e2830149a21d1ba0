"""A way out for a mask without lanes says nothing where what follows blends by that mask."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

TEXT = """#include <immintrin.h>
static inline __m512 f(__m512 x) {
  __mmask16 d = _mm512_cmp_ps_mask(x, _mm512_set1_ps(2.0f), _CMP_GT_OQ);
  __m512 res = _mm512_mul_ps(x, x), other = _mm512_add_ps(x, x);
  if (CONDITION) return EARLY;
  return _mm512_mask_blend_ps(d, res, _mm512_add_ps(x, _mm512_set1_ps(2.0f)));
}
extern "C" void k(const float *x, float *y, int n) { for (int i = 0; i < n; i += 16) _mm512_storeu_ps(y + i, f(_mm512_loadu_ps(x + i))); }
"""
X = np.concatenate([np.linspace(-3, 1, 16), np.linspace(-4, 4, 16)]).astype(np.float32)


@pytest.mark.parametrize(
    ("condition", "early", "branches"),
    [
        ("_mm512_kortestz(d, d)", "res", False),
        ("d == 0", "res", False),
        ("!d", "res", False),
        ("d == 0", "other", True),
        ("d == 1", "res", True),
        ("d != 0", "res", True),
    ],
)
def test_the_blend_alone_is_left(condition: str, early: str, branches: bool, tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(TEXT.replace("CONDITION", condition).replace("EARLY", early))
    module = raise_module(read(path, "vnni"))
    assert ("scf.if" in str(module)) is branches
    result = np.zeros_like(X)
    jit.run(module, "k", [X, result, X.size])
    blended = np.where(X > 2, X + 2, X * X)
    left = {"d != 0": [X[:16] * X[:16], X[16:] * X[16:]], "d == 1": [blended[:16], blended[16:]]}
    expected = left.get(condition, [(X * X if early == "res" else X + X)[:16], blended[16:]])
    np.testing.assert_array_equal(result, np.concatenate(expected))
