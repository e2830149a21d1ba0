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


REGISTERS = """
#include <cmath>
#include <cstdint>
#include <immintrin.h>
extern "C" void row_max(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float peak = A[(int64_t)i * cols];
    __m512 state = _mm512_set1_ps(-INFINITY);
    int j = 0;
    for (; j + 16 <= cols; j += 16) state = _mm512_max_ps(_mm512_loadu_ps(A + (int64_t)i * cols + j), state);
    if (j < cols) {
      __mmask16 rest = (1u << (cols - j)) - 1;
      state = _mm512_mask_max_ps(state, rest, _mm512_maskz_loadu_ps(rest, A + (int64_t)i * cols + j), state);
    }
    T[i] = fmaxf(_mm512_reduce_max_ps(state), peak);
  }
}
extern "C" void row_max_kernel(const float *A, float *T, int rows, int cols) { row_max(A, T, rows, cols); }
"""
WRONG_REGISTERS = {
    "begins-with-zero": ("_mm512_set1_ps(-INFINITY)", "_mm512_setzero_ps()"),
    "an-unmasked-rest": (
        "_mm512_mask_max_ps(state, rest, _mm512_maskz_loadu_ps(rest, A + (int64_t)i * cols + j), state)",
        "_mm512_max_ps(_mm512_maskz_loadu_ps(rest, A + (int64_t)i * cols + j), state)",
    ),
}


def test_registers_that_begin_with_minus_infinity(written) -> None:
    assert doubt(written(SOURCE, ".cpp"), written(REGISTERS, ".cpp")) == ""


@pytest.mark.parametrize("twin", WRONG_REGISTERS)
def test_wrong_registers_are_not_proved(written, twin: str) -> None:
    old, new = WRONG_REGISTERS[twin]
    assert old in REGISTERS
    assert doubt(written(SOURCE, ".cpp"), written(REGISTERS.replace(old, new), ".cpp")) != ""
