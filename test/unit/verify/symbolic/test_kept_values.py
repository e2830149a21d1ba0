"""Exponentials that wait in the output until their sum is known, for all sizes; twins are not proved."""

from __future__ import annotations

import pytest
from all_sizes import doubt
from proof_subjects import corpus

TEXT = """
#include <cmath>
extern "C" void softmax(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float peak = A[i * cols];
    for (int j = 0; j < cols; ++j) peak = fmaxf(peak, A[i * cols + j]);
    float total = 0.0f;
    for (int j = 0; j < cols; ++j) {
      T[i * cols + j] = expf(A[i * cols + j] - peak);
      total += T[i * cols + j];
    }
    for (int j = 0; j < cols; ++j) T[i * cols + j] *= 1.0f / total;
  }
}
extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) { softmax(A, T, rows, cols); }
"""


@pytest.mark.parametrize(
    ("old", "new", "is_proved"),
    [
        ("", "", True),
        ("T[i * cols + j] *= ", "T[i * cols + j] *= total *", False),
        ("total += T[i * cols + j]", "total += A[i * cols + j]", False),
        ("T[i * cols + j] = expf", "T[i * cols] = expf", False),
    ],
)
def test_softmax(written, old: str, new: str, is_proved: bool) -> None:
    assert old in TEXT
    found = doubt(corpus("softmax", ".cpp"), written(TEXT.replace(old, new) if old else TEXT, ".cpp"))
    assert (found == "") == is_proved, found
