"""Signed overflow in launches of constant sizes is told at its place; sizes that fit, and sizes that are parameters, are left alone."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.overflows import overflows

SCALE = """__global__ void scale(float *x, const float *s, int rows, int cols) {
  INDEX r = blockIdx.y;
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c < cols) x[r * cols + c] *= s[r];
}
void launch(float *x, const float *s PARAMETERS) {
  dim3 grid(COLS / 256, ROWS);
  scale<<<grid, 256>>>(x, s, ROWS, COLS);
}
"""
OUTER = """void outer(const float *u, float *out, int m, int n) {
  for (int i = 0; i < m; ++i)
    for (int j = 0; j < n; ++j) out[(long)(i * n + j)] = u[i];
}
void big(const float *u, float *out) { outer(u, out, ROWS, COLS); }
"""


def found(text: str, platform: str, rows: str = "65535", cols: str = "65536", **words: str) -> list[tuple[str, int]]:
    for word, meaning in {"ROWS": rows, "COLS": cols, "PARAMETERS": "", "INDEX": "int", **words}.items():
        text = text.replace(word, meaning)
    return [(d.message, d.place.line) for d in overflows(frontend.read(text, platform))]


def test_the_last_thread_of_a_grid() -> None:
    assert found(SCALE, "cuda") == [("65534 * 65536 is 4294836224, which 32 bits do not hold", 4)]


def test_what_is_computed_ahead_of_a_choice() -> None:
    chosen = SCALE.replace("x[r * cols + c] *= s[r]", "x[r < 100 ? r * cols + c : c] *= s[r]")
    assert not found(chosen, "cuda")


def test_the_last_iteration_of_loops() -> None:
    assert found(OUTER, "vnni") == [("65534 * 65536 is 4294836224, which 32 bits do not hold", 3)]


@pytest.mark.parametrize(
    "words",
    [
        {"rows": "32767"},  # the greatest subscript is 2^31 - 65537
        {"INDEX": "size_t"},
        {"rows": "rows", "cols": "cols", "PARAMETERS": ", int rows, int cols"},
    ],
)
def test_what_fits_and_what_is_not_known(words: dict[str, str]) -> None:
    assert not found(SCALE, "cuda", **words)
