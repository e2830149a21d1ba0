"""The maximum of a row whose last vector is filled up with what changes no maximum, for all sizes; twins are not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt

SOURCE = """
#include <math.h>
extern "C" void row_max(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float peak = A[i * cols];
    for (int j = 0; j < cols; ++j) peak = fmaxf(peak, A[i * cols + j]);
    T[i] = peak;
  }
}
extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) { row_max(A, T, rows, cols); }
"""
TARGET = """
#include <math.h>
extern "C" void row_max(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float peak = A[i * cols];
    for (int j = 0; j < cols; j += 64) {
      float tile[64];
      for (int k = 0; k < 64; ++k) tile[k] = j + k < cols ? A[i * cols + j + k] : -INFINITY;
      float lanes[4] = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};
      for (int k = 0; k < 64; k += 4)
        for (int l = 0; l < 4; ++l) lanes[l] = fmaxf(lanes[l], tile[k + l]);
      for (int l = 0; l < 4; ++l) peak = fmaxf(peak, lanes[l]);
    }
    T[i] = peak;
  }
}
extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) { row_max(A, T, rows, cols); }
"""
TWINS = {
    "filled-with-zeros": (": -INFINITY;", ": 0.0f;"),
    "one-short": ("j + k < cols", "j + k + 1 < cols"),
    "a-lane-left-out": ("for (int l = 0; l < 4; ++l) peak", "for (int l = 0; l < 3; ++l) peak"),
}


def test_equal_for_all_sizes(written) -> None:
    assert doubt(written(SOURCE, ".cpp"), written(TARGET, ".cpp")) == ""


@pytest.mark.parametrize("twin", TWINS)
def test_a_twin_is_not_proved(written, twin: str) -> None:
    old, new = TWINS[twin]
    assert old in TARGET
    assert doubt(written(SOURCE, ".cpp"), written(TARGET.replace(old, new), ".cpp")) != ""
