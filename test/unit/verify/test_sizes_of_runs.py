"""Which sizes are run, with how many kinds of input, and what a run past a text's constants shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import xpiler
from xpiler import frontend
from xpiler.verify.differential import KINDS, make_cases
from xpiler.verify.further_sizes import MOST_ELEMENTS, further_rows
from xpiler.verify.sampling import ParameterInfo

ROWS = """#include <bang.h>
#include <cnrt.h>
__mlu_global__ void twice(float *y, const float *x, int rows, int cols) {
  __nram__ float row[2048];
  for (int r = taskId; r < rows; r += taskDim) {
    %s
  }
}
void launch(cnrtQueue_t queue, float *y, const float *x, int rows, int cols) {
  cnrtDim3_t dim = {4, 1, 1};
  twice<<<dim, cnrtFuncTypeUnion1, queue>>>(y, x, rows, cols);
}
"""
AT_ONCE = """__memcpy(row, x + r * cols, cols * sizeof(float), GDRAM2NRAM);
    __bang_add(row, row, row, cols);
    __memcpy(y + r * cols, row, cols * sizeof(float), NRAM2GDRAM);"""
IN_PIECES = f"""for (int c = 0; c < cols; c += 2048) {{
      int n = min(2048, cols - c);
      {AT_ONCE.replace("r * cols", "r * cols + c").replace("cols * sizeof", "n * sizeof").replace("row, cols)", "row, n)")}
    }}"""


class Matrix:
    """A function of one matrix."""

    parameters = (ParameterInfo("A", "float32", True), ParameterInfo("rows", "int32", False), ParameterInfo("cols", "int32", False))

    @staticmethod
    def extents(sizes: dict[str, int]) -> dict[str, int]:
        return {"A": sizes["rows"] * sizes["cols"]}


def written(folder: Path, body: str) -> Path:
    """A kernel on rows, with this in the loop over them."""
    (folder / "twice.mlu").write_text(ROWS % body)
    return folder / "twice.mlu"


def test_dear_sizes_are_run_on_one_kind_of_input() -> None:
    cheap, dear = {"rows": 7, "cols": 13}, {"rows": 1031, "cols": 67}
    kinds = Counter(tuple(case.sizes.values()) for case in make_cases(Matrix(), 0, KINDS, (cheap, dear)))
    assert kinds == {(7, 13): len(KINDS), (1031, 67): 1}


def test_each_size_is_run_past_a_constant_that_no_row_passed(tmp_path: Path) -> None:
    module = frontend.read(written(tmp_path, AT_ONCE), "bang")
    rows = further_rows(list(Matrix.parameters), (module,), [{"rows": 10_000, "cols": 7}], Matrix.extents)
    assert [row["cols"] > 2048 and row["rows"] < 10 for row in rows] == [True]
    assert all(Matrix.extents(row)["A"] <= MOST_ELEMENTS for row in rows)
    assert not further_rows(list(Matrix.parameters), (module,), [{"rows": 10_000, "cols": 10_000}], Matrix.extents)


@pytest.mark.parametrize(("body", "is_warned_of"), [(AT_ONCE, True), (IN_PIECES, False)])
def test_an_array_that_large_rows_overflow_is_warned_of(tmp_path: Path, body: str, is_warned_of: bool) -> None:
    source = written(tmp_path, body)
    result = xpiler.translate(str(source), to="vnni", extents={"x": "rows*cols", "y": "rows*cols"}, verify="test")
    places = [d.place.line for d in result.diagnostics if "2048 elements" in d.message]
    assert places == ([6] if is_warned_of else [])
