"""A loop over registers and the scalar loop over what is left are one loop, however the two are written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mlir import ir

from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

AFFINE = """#include <immintrin.h>
extern "C" void k(const float *x, float *y, int n) {
  int i = 0;
  for (; i <= n - 16; i += 16) {
    __m512 v = _mm512_sub_ps(_mm512_loadu_ps(x + i), _mm512_set1_ps(0.5f));
    _mm512_storeu_ps(y + i, _mm512_fmadd_ps(v, v, _mm512_loadu_ps(x + i)));
  }
  for (; i < n; i++) y[i] = REST;
}
"""
MOMENTS = """#include <immintrin.h>
extern "C" void k(const float *x, float *y, int n) {
  __m512 vs = _mm512_setzero_ps(), vq = _mm512_setzero_ps();
  int i = 0;
  for (; i <= n - 16; i += 16) {
    __m512 v = _mm512_loadu_ps(x + i);
    vs = _mm512_add_ps(vs, v);
    vq = _mm512_fmadd_ps(v, v, vq);
  }
  float s = _mm512_reduce_add_ps(vs), q = _mm512_reduce_add_ps(vq);
  for (; i < n; i++) { s += x[i]; q += REST; }
  y[0] = s;
  y[1] = q;
}
"""
X = np.linspace(-1, 1, 37, dtype=np.float32)


def loops(text: str, tmp_path: Path) -> tuple[int, np.ndarray]:
    """How many loops the raised kernel has, and what it computes."""
    path = tmp_path / "k.cpp"
    path.write_text(text)
    module = raise_module(read(path, "vnni"))
    found: list[str] = []

    def visit(op: ir.Operation) -> ir.WalkResult:
        found.append(op.name)
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    result = np.zeros_like(X)
    jit.run(module, "k", [X, result, X.size])
    return found.count("scf.for") + found.count("scf.forall"), result


@pytest.mark.parametrize(("rest", "count"), [("(x[i] - 0.5f) * (x[i] - 0.5f) + x[i]", 1), ("(x[i] - 0.5f) * x[i] + x[i]", 2)])
def test_a_fused_product_and_sum_is_one_with_the_plain_ones(rest: str, count: int, tmp_path: Path) -> None:
    found, result = loops(AFFINE.replace("REST", rest), tmp_path)
    assert found == count
    tail = (X - 0.5) * (X - 0.5) + X if count == 1 else (X - 0.5) * X + X
    np.testing.assert_allclose(result[32:], tail[32:], rtol=1e-5)
    np.testing.assert_allclose(result[:32], ((X - 0.5) * (X - 0.5) + X)[:32], rtol=1e-5)


@pytest.mark.parametrize(("rest", "count"), [("x[i] * x[i]", 2), ("x[i] * 2.0f", 3)])
def test_sums_of_one_rest_join_their_own_main_loops(rest: str, count: int, tmp_path: Path) -> None:
    found, result = loops(MOMENTS.replace("REST", rest), tmp_path)
    assert found == count
    squares = (X[:32] ** 2).sum() + ((X[32:] ** 2).sum() if count == 2 else (2 * X[32:]).sum())
    np.testing.assert_allclose(result[:2], [X.sum(), squares], rtol=1e-4, atol=1e-5)


WHERE = """#include <immintrin.h>
#include <stdint.h>
extern "C" void k(const float *x, const uint8_t *on, float *y, int n) {
  int i = 0;
  for (; i + 16 <= n; i += 16) {
    __m512i c = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(on + i)));
    _mm512_storeu_ps(y + i, _mm512_maskz_loadu_ps(_mm512_test_epi32_mask(c, c), x + i));
  }
  for (; i < n; ++i) y[i] = on[i] ? x[i] : 0.0f;
}
"""


def test_a_widened_byte_is_zero_where_the_byte_is(tmp_path: Path) -> None:
    path = tmp_path / "k.cpp"
    path.write_text(WHERE)
    module = raise_module(read(path, "vnni"))
    assert str(module).count("scf.forall") == 1
    result, on = np.zeros_like(X), np.arange(X.size, dtype=np.uint8) % 3
    jit.run(module, "k", [X, on, result, X.size])
    np.testing.assert_array_equal(result, np.where(on, X, 0))
