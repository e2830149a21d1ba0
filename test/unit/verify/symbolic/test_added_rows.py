"""Elements that are reached by adding the length of a row (`p[2 * cols]`) are elements of later rows, for all sizes; twins are not."""

from __future__ import annotations

import pytest
from all_sizes import doubt

TEXT = """
extern "C" void k(const float *A, float *T, int rows, int cols) {{
  for (int r = 0; r + 2 < rows; ++r)
    for (int c = 0; c < cols; ++c) {{
      const float *p = A + r * cols + c;
      T[r * cols + c] = {value};
    }}
}}
extern "C" void k_kernel(const float *A, float *T, int rows, int cols) {{ k(A, T, rows, cols); }}
"""


@pytest.mark.parametrize(
    ("expected", "value", "is_proved"),
    [
        ("A[(r + 2) * cols + c]", "p[2 * cols]", True),
        ("A[(r + 2) * cols + c]", "p[cols]", False),
        ("A[(r + 1) * cols + c]", "A[r * cols + 2 * cols + c - cols]", True),
        ("A[r * cols + (cols - 1 - c)]", "A[r * cols + cols - 1 - c]", True),  # a row backwards is no later row
        ("A[r * cols + (cols - 1 - c)]", "A[r * cols + 2 * cols - 1 - c]", False),
    ],
)
def test_later_rows(written, expected: str, value: str, is_proved: bool) -> None:
    found = doubt(written(TEXT.format(value=expected), ".cpp"), written(TEXT.format(value=value), ".cpp"))
    assert (found == "") == is_proved, found
