"""Where the greatest or least element of a row stands, among many ties: by builtins, lanes and blocks of threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler

TEXT = """
#include <cfloat>
#include <climits>
extern "C" void place(const float *x, int *out, int rows, int cols) {
  for (int r = 0; r < rows; ++r) {
    float best = START;
    int where = FIRST;
    for (int c = 0; c < cols; ++c)
      if (x[r * cols + c] COMPARED best) {
        best = x[r * cols + c];
        where = c;
      }
    out[r] = where;
  }
}
extern "C" void place_kernel(const float *x, int *out, int rows, int cols) { place(x, out, rows, cols); }
"""
WRITTEN = {"bang": "__bang_arg", "vnni": "_mm512_reduce_", "cuda": "__shfl_xor_sync", "hip": "partial_place"}
ROWS = 3
# (start value, start place, comparison): whether the place is found by lanes, or the loop is left as it is
FOUND = [("-FLT_MAX", "0", ">"), ("FLT_MAX", "-1", "<"), ("1.0f", "0", ">"), ("-FLT_MAX", "0", ">=")]
LEFT = [("-FLT_MAX", "7", ">"), ("-1.0f", "INT_MAX", ">"), ("FLT_MAX", "cols", "<")]


def wanted(row: np.ndarray, start: float, first: int, compared: str) -> int:
    best, where = start, first
    for c, x in enumerate(row):
        if {">": x > best, "<": x < best, ">=": x >= best}[compared]:
            best, where = x, c
    return where


@pytest.mark.parametrize(
    ("platform", "case"),
    [*((platform, case) for platform in WRITTEN for case in FOUND), *((platform, case) for platform in ("bang", "vnni") for case in LEFT)],
    ids=str,
)
def test_the_place_is_the_one_of_the_loop(tmp_path: Path, run_text, platform: str, case: tuple[str, str, str]) -> None:
    start, first, compared = case
    source = tmp_path / "place.cpp"
    source.write_text(TEXT.replace("START", start).replace("FIRST", first).replace("COMPARED", compared))
    text = xpiler.translate(str(source), to=platform, verify="none").text
    by_builtins = case in FOUND and not (platform == "bang" and compared == ">=")  # which is the last place, the builtin's the first
    assert (WRITTEN[platform] in text) == by_builtins, text
    numbers = {"FLT_MAX": float(np.finfo(np.float32).max), "-FLT_MAX": float(np.finfo(np.float32).min), "1.0f": 1.0, "-1.0f": -1.0}
    for cols in (1, 37, 300):
        x = np.random.default_rng(cols).integers(-2, 3, (ROWS, cols)).astype(np.float32)
        places = {"cols": cols, "INT_MAX": 2**31 - 1}
        place = places[first] if first in places else int(first)
        _, out = run_text(text, platform, "place_kernel", x.ravel(), np.full(ROWS, -9, np.int32), ROWS, cols)
        assert list(out) == [wanted(row, numbers[start], place, compared) for row in x], text
