"""Local arrays of an OpenMP loop belong to its iterations, also where their rows are used as pointers."""

from __future__ import annotations

from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.raising.structure import entry, kernels, operations

TILES = """#include <immintrin.h>
extern "C" void turn(const float *x, float *y, int n) {
#pragma omp parallel for
  for (int i = 0; i < n; ++i) {
    float tile[16][16];
    for (int r = 0; r < 16; ++r) _mm512_storeu_ps(tile[0] + r * 16, _mm512_loadu_ps(x + (i * 16 + r) * 16));
    for (int p = 0; p < 3; ++p)
      for (int r = 0; r < 15; ++r)
        for (int c = 1; c < 16; ++c) tile[r][c] += tile[r + 1][c - 1];
    for (int r = 0; r < 16; ++r) _mm512_storeu_ps(y + (i * 16 + r) * 16, _mm512_loadu_ps(tile[r]));
  }
}
"""


def test_an_array_whose_rows_are_pointers_lies_in_the_loop() -> None:
    """At the kernel's top, iterations that run at the same time would share it."""
    module = raising.raise_module(frontend.read(TILES, "vnni", ReadOptions()))
    (kernel,) = kernels(module)
    assert "memref.alloca" in str(kernel) and "memref.collapse_shape" not in str(kernel)
    assert not [op for op in operations(entry(kernel)) if op.name == "memref.alloca"]
