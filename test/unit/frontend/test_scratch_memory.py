"""Memory that C code allocates for itself: local arrays whose extents are values, on every target."""

from __future__ import annotations

import numpy as np
import pytest

import xpiler
from xpiler import frontend, lowering, raising
from xpiler.diagnostics import Unsupported
from xpiler.frontend import ReadOptions
from xpiler.platforms.target import Target
from xpiler.running import RunOptions

TURNED = """#include <cstdlib>
#include <vector>
#include <immintrin.h>
extern "C" void turned(const float *x, float *y, int rows, int cols) {
#pragma omp parallel for
  for (int r = 0; r < rows; ++r) {
    ALLOCATE
    float s = 0.0f;
    for (int c = 0; c < cols; ++c) { s += x[r * cols + c]; sums[c] = s; }
    for (int c = 0; c < cols; ++c) y[r * cols + c] = sums[cols - 1 - c];
    FREE
  }
}
"""
WAYS = {
    "malloc": ("float *sums = (float *)malloc(cols * sizeof(float)); if (!sums) abort();", "free(sums);"),
    "aligned_alloc": ("float *sums = static_cast<float *>(std::aligned_alloc(64, (cols + 15) / 16 * 64));", "std::free(sums);"),
    "_mm_malloc": ("float *sums = (float *)_mm_malloc(cols * sizeof(float), 64);", "_mm_free(sums);"),
    "calloc": ("float *sums = (float *)calloc(cols, sizeof(float));", "free(sums);"),
    "new": ("float *sums = new float[cols];", "delete[] sums;"),
    "vector": ("std::vector<float> sums(cols);", ""),
    "array": ("float sums[cols];", ""),
}
LAUNCHER = """#include <cstdlib>
extern "C" void sums(const float *x, float *w, int rows, int cols) {
  for (int r = 0; r < rows; ++r) { float s = 0; for (int c = 0; c < cols; ++c) s += x[r * cols + c]; w[r] = s; }
}
extern "C" void scale(const float *x, const float *w, float *y, int rows, int cols) {
  for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) y[r * cols + c] = x[r * cols + c] / w[r];
}
extern "C" void normalize(const float *x, float *y, int rows, int cols) {
  float *w = (float *)malloc(rows * sizeof(float));
  if (!w) abort();
  sums(x, w, rows, cols);
  scale(x, w, y, rows, cols);
  free(w);
}
"""
BETWEEN = """extern "C" void between(const float *x, float *y, int rows, int cols) {
  float *all = new float[rows * cols];
  for (int i = 0; i < rows * cols; ++i) { float v = x[i]; for (int k = 0; k < 3; ++k) v = v * v + 0.5f; all[i] = v; }
  for (int i = 0; i < rows * cols; ++i) y[i] = all[rows * cols - 1 - i] + all[i];
  delete[] all;
}
"""


def source_of(way: str) -> str:
    allocate, free = WAYS[way]
    return TURNED.replace("ALLOCATE", allocate).replace("FREE", free)


def text_of(source: str, target: str) -> str:
    return lowering.emit(lowering.lower(raising.raise_module(frontend.read(source, "vnni", ReadOptions())), Target(target, "")))


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_a_local_array(way: str) -> None:
    text = str(frontend.read(source_of(way), "vnni", ReadOptions()))
    assert text.count("memref.alloca(%") == 1 and "xpiler.alloc " not in text


@pytest.mark.parametrize(("target", "suffix"), [("cuda", ".cu"), ("bang", ".mlu"), ("vnni", ".cpp")])
def test_an_array_that_stays_is_a_part_of_each_iteration(target: str, suffix: str, tmp_path) -> None:
    output = tmp_path / f"output{suffix}"
    output.write_text(text_of(source_of("vector"), target))
    x = np.arange(5 * 37, dtype=np.float32).reshape(5, 37)
    result = xpiler.run(output, options=RunOptions(call="turned_kernel"), x=x, y="out:185", rows=5, cols=37)
    assert not result.result.findings
    np.testing.assert_array_equal(result.result.arrays[1].reshape(5, 37), np.cumsum(x, 1)[:, ::-1])


def test_memory_between_two_loops_is_a_buffer_of_the_launchers() -> None:
    text = text_of(BETWEEN, "cuda")
    assert "between_phase2" in text and "float *all_scratch" in text
    assert text.count("cudaMalloc((void **)&workspace, (int64_t)rows * cols * sizeof(float))") == 2


def test_a_launcher_with_a_workspace_stays_one() -> None:
    text = text_of(LAUNCHER, "cuda")
    assert "cudaMalloc((void **)&w, rows * sizeof(float))" in text and "cudaFree(w)" in text
    assert "normalize_kernel" not in text


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ("std::vector<float> sums;", "a std::vector that is made without a size is not supported"),
        ("std::vector<float> other(cols), sums = other;", "a copy of a std::vector is not supported"),
        ("float many[cols][rows]; float *sums = many[0];", "the array 'many' of several run-time extents is not supported"),
        ("void *raw = malloc(cols * 4); float *sums = 0; if (cols) sums = (float *)raw;", "memory that is cast elsewhere than where"),
    ],
)
def test_what_is_refused_says_why(declared: str, message: str) -> None:
    with pytest.raises(Unsupported, match=message):
        frontend.read(TURNED.replace("ALLOCATE", declared).replace("FREE", ""), "vnni", ReadOptions())


WEIGHTS = """#include <cmath>
extern "C" void weighted(const float *q, const float *k, const float *v, float *o, int n, int d) {
  float s[n];
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < n; ++j) {
      float t = 0.0f;
      for (int l = 0; l < d; ++l) t += q[i * d + l] * k[j * d + l];
      s[j] = t;
    }
    for (int l = 0; l < d; ++l) {
      float t = 0.0f;
      for (int j = 0; j < n; ++j) t += s[j] * v[j * d + l];
      o[i * d + l] = t;
    }
  }
}
"""


def test_every_task_of_bang_fills_its_own_memory(tmp_path) -> None:
    """A serial loop sums pieces in NRAM, of which each task has its own; the array that it fills lies in global memory."""
    output = tmp_path / "output.mlu"
    output.write_text(text_of(WEIGHTS, "bang"))
    q, k, v = (np.arange(15, dtype=np.float32).reshape(3, 5) * factor - 4 for factor in (1, 2, 3))
    result = xpiler.run(output, options=RunOptions(call="weighted_kernel"), q=q, k=k, v=v, o="out:15", n=3, d=5)
    assert not result.result.findings
    np.testing.assert_array_equal(result.result.arrays[3].reshape(3, 5), (q @ k.T) @ v)
