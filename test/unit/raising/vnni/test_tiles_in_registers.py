"""A tile that is transposed in registers is a copy of elements: two loops, no lane told by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from xpiler.execution import jit
from xpiler.frontend import read
from xpiler.raising import raise_module

TRANSPOSES = Path(__file__).parents[2] / "verify" / "symbolic" / "register_transposes"
QUADS = """#include <immintrin.h>
void transpose(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i + 4 <= rows; i += 4)
    for (int j = 0; j + 4 <= cols; j += 4) {
      __m128 r0 = _mm_loadu_ps(A + i * cols + j);
      __m128 r1 = _mm_loadu_ps(A + (i + 1) * cols + j);
      __m128 r2 = _mm_loadu_ps(A + (i + 2) * cols + j);
      __m128 r3 = _mm_loadu_ps(A + (i + 3) * cols + j);
      _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
      _mm_storeu_ps(T + j * rows + i, r0);
      _mm_storeu_ps(T + (j + 1) * rows + i, r1);
      _mm_storeu_ps(T + (j + 2) * rows + i, r2);
      _mm_storeu_ps(T + (j + 3) * rows + i, r3);
    }
}
"""


@pytest.mark.parametrize("source", ["unpacks", "quads"])
def test_a_tile_transposed_in_registers_is_two_loops(source: str):
    text = QUADS if source == "quads" else TRANSPOSES / f"{source}.cpp"
    raised = raise_module(read(text, "vnni"))
    assert str(raised).count("memref.store") == 1
    assert "memref.alloca" not in str(raised)
    rows, cols = (8, 12) if source == "quads" else (19, 33)
    matrix = np.arange(rows * cols, dtype=np.float32)
    given = np.zeros_like(matrix)
    jit.compile_module(raised).run("transpose", [matrix, given, rows, cols])
    np.testing.assert_array_equal(given.reshape(cols, rows), matrix.reshape(rows, cols).T)


def test_in_place_the_lanes_stay_apart():
    raised = raise_module(read(QUADS.replace("const float *A, float *T", "float *A").replace("T + ", "A + "), "vnni"))
    matrix = np.arange(16, dtype=np.float32)
    expected = matrix.reshape(4, 4).T.copy()
    jit.compile_module(raised).run("transpose", [matrix, 4, 4])
    np.testing.assert_array_equal(matrix.reshape(4, 4), expected)
