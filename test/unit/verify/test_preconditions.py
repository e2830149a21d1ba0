"""A source that is wrong only where one size is below another, or below a tile, may mean that it is not; else it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.preconditions import least_of, order_between
from xpiler.verify.differential import Text

# Pairs (i, i + dims / 2) are turned, the rest of a row is copied: with dims > cols two blocks meet in an element.
TURNED = """
__global__ void turn(const float *x, float *y, int cols, int dims) {{
  int c = 2 * threadIdx.x, row = blockIdx.x;
  if (c >= cols) return;
  if (c >= dims) {{
    y[row * cols + c] = x[row * cols + c];
    y[row * cols + c + 1] = x[row * cols + c + 1];
    return;
  }}
  int i = row * cols + c / 2;
  y[i] = x[i] - x[i + dims / 2];
  y[{other}] = x[i] + x[i + dims / 2];
}}
void turn_rows(const float *x, float *y, int cols, int dims, int rows) {{ turn<<<rows, 256>>>(x, y, cols, dims); }}
"""


@pytest.mark.parametrize(
    ("wrong", "right", "order"),
    [
        ([(1, 2)], [(2, 1), (2, 2)], "a >= b"),
        ([(1, 2), (1, 3)], [(3, 1)], "a >= b"),
        ([(1, 2), (2, 1)], [(3, 3)], ""),
        ([(1, 2)], [(1, 3), (2, 1)], ""),
        ([(1, 2)], [], ""),
        ([(2, 1)], [(1, 2), (2, 2)], "b >= a"),
    ],
)
def test_an_order_explains_what_was_seen(wrong: list, right: list, order: str) -> None:
    assert order_between(*([dict(zip("ab", row, strict=True)) for row in rows] for rows in (wrong, right))) == order


@pytest.mark.parametrize(
    ("wrong", "right", "least"),
    [([64, 128], [1536], 512), ([64, 600], [1536], 1024), ([64, 2048], [1536], None), ([64], [100], None), ([64], [], None)],
)
def test_a_constant_of_the_text_explains_what_was_seen(wrong: list, right: list, least: int | None) -> None:
    found = least_of(*([{"n": n} for n in rows] for rows in (wrong, right)), [1024, 32, 512])
    assert found == (None if least is None else ("n", least))


ROWS = """
#include <bang.h>
__nram__ float x[16 * 512];
__mlu_global__ void scale(const float *src, float *dst, int rows, int ld) {
  for (int r = taskId * 16; r < rows; r += taskDim * 16) {
    int n = rows - r < 16 ? rows - r : 16;
    __memcpy(x, src + r * ld, 512 * sizeof(float), GDRAM2NRAM, 512 * sizeof(float), ld * sizeof(float), n - 1);
    __bang_mul_scalar(x, x, 2.0f, n * 512);
    __memcpy(dst + r * ld, x, 512 * sizeof(float), NRAM2GDRAM, LD * sizeof(float), 512 * sizeof(float), n - 1);
  }
}
void run(cnrtQueue_t q, const float *src, float *dst, int rows, int ld) {
  cnrtDim3_t d = {16, 1, 1};
  scale<<<d, cnrtFuncTypeUnion4, q>>>(src, dst, rows, ld);
}
"""


@pytest.mark.parametrize(("stride", "is_definite"), [("ld", False), ("16", True)])
def test_rows_that_are_longer_than_a_tile(tmp_path: Path, stride: str, is_definite: bool) -> None:
    path = tmp_path / "scale.mlu"
    path.write_text(ROWS.replace("LD", stride))
    module, text = frontend.read(path, "bang"), Text(path, "bang", "mtp_592")
    found = examined(module, text, extents=lambda sizes: dict.fromkeys(("src", "dst"), sizes["rows"] * sizes["ld"]))
    assert found[0].is_definite == is_definite
    assert is_definite or "ld >= 512" in found[0].diagnostic().hint


@pytest.mark.parametrize(("other", "is_definite"), [("i + dims / 2", False), ("i + dims / 4", True)])
def test_only_what_no_order_explains_is_definite(tmp_path: Path, other: str, is_definite: bool) -> None:
    path = tmp_path / "turn.cu"
    path.write_text(TURNED.format(other=other))
    found = examined(frontend.read(path, "cuda"), Text(path, "cuda", "sm_90"))
    assert found[0].is_definite == is_definite
    assert is_definite or "cols >= dims" in found[0].diagnostic().hint
