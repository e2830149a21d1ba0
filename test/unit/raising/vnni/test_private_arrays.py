"""Local arrays of an OpenMP loop belong to its iterations, also where their rows are used as pointers."""

from __future__ import annotations

import pytest

from xpiler import frontend, raising
from xpiler.diagnostics import Unsupported
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


REGION = """#include <vector>
extern "C" void turned(const float *x, float *y, int rows, int cols) {
#pragma omp parallel
  {
    std::vector<float> sums(cols);
#pragma omp for
    for (int r = 0; r < rows; ++r) {
      float s = 0.0f;
      for (int c = 0; c < cols; ++c) { s += x[r * cols + c]; sums[c] = s; }
      for (int c = 0; c < cols; ++c) y[r * cols + c] = sums[cols - 1 - c];
    }
    AFTER
  }
}
"""


def test_an_array_of_a_parallel_region_lies_in_its_loop() -> None:
    """With what the region sets: each thread has one, and no iteration may count on what another has left there."""
    module = raising.raise_module(frontend.read(REGION.replace("AFTER", ""), "vnni", ReadOptions()))
    (kernel,) = kernels(module)
    (loop,) = [op for op in operations(entry(kernel)) if op.name == "scf.forall"]
    assert "memref.alloca(%" in str(loop) and str(kernel).count("memref.alloca") == 1


def test_an_array_of_each_thread_that_outlives_its_loop_is_refused() -> None:
    after = "for (int c = 0; c < cols; ++c) y[c] += sums[c];"
    with pytest.raises(Unsupported, match="an array of each thread"):
        raising.raise_module(frontend.read(REGION.replace("AFTER", after), "vnni", ReadOptions()))


PANELS = """#include <immintrin.h>
#include <vector>
extern "C" void scaled(const float *x, float *y, int n, int k) {
#pragma omp parallel for
  for (int j = 0; j < n; j += 16) {
    std::vector<float> panel((size_t)k * 16);
    for (int i = 0; i < k; ++i)
      for (int l = 0; l < 16; ++l) panel[i * 16 + l] = j + l < n ? x[i * n + j + l] : 0.0f;
    for (int i = 0; i < k; ++i)
      for (int l = 0; l < 16 && j + l < n; ++l) y[i * n + j + l] = 2.0f * panel[i * 16 + l];
    __m512 v = _mm512_loadu_ps(panel.data());
    _mm512_mask_storeu_ps(y + j, (__mmask16)(n - j < 16 ? (1 << (n - j)) - 1 : 0xffff), _mm512_add_ps(v, v));
  }
}
"""


def test_an_array_that_is_declared_in_the_loop_may_be_used_by_loops_over_lanes() -> None:
    module = raising.raise_module(frontend.read(PANELS, "vnni", ReadOptions()))
    assert "scf.forall" in str(module)
