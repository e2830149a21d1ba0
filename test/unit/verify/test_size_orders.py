"""A source that is wrong only where one size is below another may mean that it is not; one that is wrong either way is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend
from xpiler.verify.defects.examination import examined
from xpiler.verify.defects.size_orders import order_between
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


@pytest.mark.parametrize(("other", "is_definite"), [("i + dims / 2", False), ("i + dims / 4", True)])
def test_only_what_no_order_explains_is_definite(tmp_path: Path, other: str, is_definite: bool) -> None:
    path = tmp_path / "turn.cu"
    path.write_text(TURNED.format(other=other))
    found = examined(frontend.read(path, "cuda"), Text(path, "cuda", "sm_90"))
    assert found[0].is_definite == is_definite
    assert is_definite or "cols >= dims" in found[0].diagnostic().hint
