"""Rows and columns in unsigned types: products of sizes are taken not to wrap, so that loops are parallel and extents are told."""

from __future__ import annotations

import numpy as np
import pytest

from xpiler import frontend, raising
from xpiler.execution.jit import compile_module
from xpiler.frontend import ReadOptions

SCALE = """#include <stddef.h>
void scale(const float *x, const float *g, float *y, const unsigned *starts, SIZE planes, SIZE rows, SIZE n) {
  for (SIZE p = 0; p < planes; p++)
    for (SIZE r = 0; r < rows; r++)
      for (SIZE i = 0; i < n; i++) y[SUBSCRIPT] = x[SUBSCRIPT] * g[i];
}
"""
SUM = """#include <immintrin.h>
#include <stddef.h>
void sums(const float *X, float *Y, size_t rows, size_t n) {
  for (size_t r = 0; r < rows; r++) {
    const float *x = X + r * n;
    __m512 s = _mm512_setzero_ps();
    size_t i = 0;
    for (; i + 16 <= n; i += 16) s = _mm512_add_ps(s, _mm512_loadu_ps(x + i));
    if (i < n) s = _mm512_add_ps(s, _mm512_maskz_loadu_ps((__mmask16)((1u << (n - i)) - 1), x + i));
    Y[r] = _mm512_reduce_add_ps(s);
  }
}
"""


def shared(text: str):
    return raising.raise_module(frontend.read(text, "vnni", ReadOptions(arch="icelake-server")))


@pytest.mark.parametrize("size", ["size_t", "unsigned", "int"])
def test_rows_of_any_type_are_parallel(size: str) -> None:
    module = shared(SCALE.replace("SIZE", size).replace("SUBSCRIPT", "(p * rows + r) * n + i"))
    text = str(module)
    assert "xpiler.unsized" not in text and text.count("scf.forall") == 3 and "scf.for " not in text
    x, g, y = np.arange(2 * 3 * 5, dtype=np.float32), np.arange(5, dtype=np.float32), np.zeros(30, np.float32)
    compile_module(module).run("scale", [x, g, y, np.zeros(1, np.int32), 2, 3, 5])
    assert (y.reshape(6, 5) == x.reshape(6, 5) * g).all()


def test_what_is_assumed_is_stated() -> None:
    text = str(shared(SCALE.replace("SIZE", "size_t").replace("SUBSCRIPT", "r * n + i")))
    assert '"a product of sizes is no larger than memory"' in text


def test_a_product_with_data_is_not_assumed() -> None:
    text = str(shared(SCALE.replace("SIZE", "unsigned").replace("SUBSCRIPT", "starts[p] * n + i")))
    assert "a product of sizes" not in text and "xpiler.unsized" in text


def test_a_tail_in_size_t_is_the_end_of_the_loop() -> None:
    module = shared(SUM)
    text = str(module)
    assert "memref.alloca" not in text and "scf.if" not in text
    for n in (5, 16, 35):
        x, y = np.arange(2 * n, dtype=np.float32), np.zeros(2, np.float32)
        compile_module(module).run("sums", [x, y, 2, n])
        assert y.tolist() == x.reshape(2, n).sum(1).tolist()
