"""Subscripts that a loop chooses anew: the least element's place is one of those that the loop has been at, and bounds what is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend, raising
from xpiler.raising.allocation_extents import stated_extents
from xpiler.raising.structure import entry

PLACES = """
extern "C" void place(const float *x, const int *next, int *y, int rows, int cols) {{
  for (int r = 0; r < rows; ++r) {{
    const float *row = x + r * cols;
    int at = 0;
    for (int c = 1; c < cols; ++c) {{ {body} }}
    y[r] = at;
  }}
}}
"""
ROWS_TIMES_COLUMNS = {
    "the least": "if (row[c] < row[at]) at = c;",
    "the last but one": "at = row[c] < row[at] ? c - 1 : at;",
    "one of two": "if (row[c] < row[at]) at = c; else if (row[c] > 9.0f) at = 0;",
    "used where a guard says nothing of earlier rounds": "if (c < 3 && row[c] < row[at]) at = 0; if (row[c] > 0.0f) at = c;",
}
OPEN = {
    "counted": "if (row[c] < row[at]) at = at + 1;",
    "data": "if (row[c] < row[at]) at = next[c];",
}


def told(tmp_path: Path, body: str) -> bool:
    """Whether the footprint of the array that is read at such a place is told."""
    source = tmp_path / "place.cpp"
    source.write_text(PLACES.format(body=body))
    module = raising.raise_module(frontend.read(source, "vnni"))
    kernel = module.body.operations[0].operation
    return entry(kernel).arguments[0] in stated_extents(kernel)


@pytest.mark.parametrize("body", ROWS_TIMES_COLUMNS)
def test_a_place_that_is_chosen_is_bounded(tmp_path: Path, body: str) -> None:
    assert told(tmp_path, ROWS_TIMES_COLUMNS[body])


@pytest.mark.parametrize("body", OPEN)
def test_a_place_that_is_computed_is_not(tmp_path: Path, body: str) -> None:
    assert not told(tmp_path, OPEN[body])
