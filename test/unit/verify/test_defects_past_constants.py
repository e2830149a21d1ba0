"""Sources that no file launches are examined by runs too: what is wrong past their constants alone, and what is no defect of theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.options import TranslateOptions
from xpiler.translation import translate_file
from xpiler.verify.defects.defect import DefectiveSource
from xpiler.verify.verdict import Verdict

ONCE = """#include <bang.h>
#define W 1024
__nram__ float acc[W];
__nram__ float x_n[W];
__mlu_global__ void col_sum(const float *x, float *y, int rows, int cols) {
  for (int c = taskId * W; c < cols; c += taskDim * W) {
    int m = min(W, cols - c);
    if (c == 0) __bang_write_value(acc, m, 0.0f);
    for (int r = 0; r < rows; ++r) {
      __memcpy(x_n, x + r * cols + c, m * sizeof(float), GDRAM2NRAM);
      __bang_add(acc, acc, x_n, m);
    }
    __memcpy(y + c, acc, m * sizeof(float), NRAM2GDRAM);
  }
}
"""
HALF = """#include <bang.h>
__nram__ float t[4096];
__mlu_global__ void take_half(const float *x, float *y, int rows) {
  for (int r = taskId; r < rows; r += taskDim) {
    __memcpy(t, x + r * 64, 64 * sizeof(float), GDRAM2NRAM);
    __bang_mul_scalar(t, t, 2.0f, 64);
    __memcpy(y + r * 32, t, 32 * sizeof(float), NRAM2GDRAM);
  }
}
"""


def test_an_accumulator_that_the_first_piece_alone_sets_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "col_sum.mlu"
    path.write_text(ONCE)
    with pytest.raises(DefectiveSource) as refused:
        translate_file(str(path), TranslateOptions(to="cuda"))
    first = refused.value.diagnostics[0]
    assert "uninitialised" in first.message
    assert (first.place.file, first.place.line) == (str(path), 11)


def test_a_source_may_load_more_than_it_uses(tmp_path: Path) -> None:
    path = tmp_path / "take_half.mlu"
    path.write_text(HALF)
    assert translate_file(str(path), TranslateOptions(to="vnni")).answer.verdict is Verdict.PROVED


UNFILLED = """#include <bang.h>
__nram__ float x_n[64];
__nram__ float t_n[64];
__mlu_shared__ float shared[64];
__mlu_global__ void scaled(const float *x, const float *t, float *y, int rows) {
  if (coreId == 0) __memcpy(shared, t, 64 * sizeof(float), GDRAM2SRAM);
  __sync_cluster();
  if (__is_mpu()) return;
  __memcpy(t_n, shared, 64 * sizeof(float), SRAM2NRAM);
  for (int r = taskId; r < rows; r += taskDim) {
    __memcpy(x_n, x + r * 64, 64 * sizeof(float), GDRAM2NRAM);
    __bang_mul(x_n, x_n, t_n, 64);
    __memcpy(y + r * 64, x_n, 64 * sizeof(float), NRAM2GDRAM);
  }
}
"""


def test_shared_memory_that_the_memory_core_does_not_fill_is_told(tmp_path: Path) -> None:
    """Copies to SRAM are the memory core's, whose coreId is 0x80: at every size the result is no number, and one run shows why."""
    path = tmp_path / "scaled.mlu"
    path.write_text(UNFILLED)
    with pytest.raises(DefectiveSource) as refused:
        translate_file(str(path), TranslateOptions(to="cuda"))
    first = refused.value.diagnostics[0]
    assert "'shared', which nothing has written" in first.message
    assert first.place.line == 9


LIMITED = """#include <bang.h>
__nram__ float x_n[4096];
__nram__ float t_n[4096];
__mlu_shared__ float shared[4096];
__mlu_global__ void scaled(const float *x, const float *t, float *y, int rows, int cols) {
  if (__is_mpu()) __memcpy(shared, t, cols * sizeof(float), GDRAM2SRAM);
  __sync_cluster();
  if (__is_mpu()) return;
  __memcpy(t_n, shared, cols * sizeof(float), SRAM2NRAM);
  for (int r = taskId; r < rows; r += taskDim) {
    __memcpy(x_n, x + r * cols, cols * sizeof(float), GDRAM2NRAM);
    __bang_mul(x_n, x_n, t_n, cols);
    __memcpy(y + r * cols, x_n, cols * sizeof(float), NRAM2GDRAM);
  }
}
"""


def test_an_array_that_a_size_breaks_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "limited.mlu"
    path.write_text(LIMITED)
    done = translate_file(str(path), TranslateOptions(to="vnni"))
    assert [d.place.line for d in done.diagnostics if "out-of-bounds" in d.message] == [6]
