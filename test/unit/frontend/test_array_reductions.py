"""`reduction(+ : y[:n])` names memory of each thread's own: the loop is read in sequence, which computes the same sums."""

from __future__ import annotations

import pytest

LOOP = """
void sums(const float *x, float *y, int rows, int cols) {
  float own[16] = {};
#pragma omp parallel for reduction(CLAUSE)
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < cols; ++c) { y[c] += x[r * cols + c]; own[c & 15] += x[r * cols + c]; }
  for (int c = 0; c < 16; ++c) y[c] += own[c];
}
"""


@pytest.mark.parametrize("clause", ["+ : y[:cols], own", "+ : y[0:cols], own[:16]", "+ : own, y[:cols]"])
def test_a_reduction_of_arrays_is_no_parallel_loop(read, clause: str) -> None:
    assert "scf.forall" not in read(LOOP.replace("CLAUSE", clause), "vnni")


def test_loops_without_one_are(read) -> None:
    text = LOOP.replace(" reduction(CLAUSE)", "").replace(
        "y[c] += x[r * cols + c]; own[c & 15] += x[r * cols + c];", "y[r * cols + c] = x[c];"
    )
    assert "scf.forall" in read(text, "vnni")
