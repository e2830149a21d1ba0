"""Rows in NRAM as long as the tile that is under way, for all sizes: transposes by tasks, with a narrower tile at the end."""

from __future__ import annotations

import pytest
from all_sizes import doubt

SIZES = "const float *x, float *y, int rows, int cols"
PLAIN = (
    f'extern "C" void k_launch({SIZES}) {{\n'
    "for (int r = 0; r < rows; ++r) for (int c = 0; c < cols; ++c) y[c * rows + r] = x[r * cols + c];\n}\n"
)
BODY = """for (int i = taskId * 64; i < rows; i += taskDim * 64) {
    for (int j = 0; j < cols; j += 64) {
      int n = min(cols - j, 64);
      int m = min(rows - i, 64);
      __memcpy(straight, x + i * cols + j, n * sizeof(float), GDRAM2NRAM, n * sizeof(float), cols * sizeof(float), m - 1);
      __bang_transpose(turned, straight, m, n);
      __memcpy(y + j * rows + i, turned, m * sizeof(float), NRAM2GDRAM, rows * sizeof(float), m * sizeof(float), n - 1);
    }
  }"""
BY_HAND = BODY.replace(
    "__bang_transpose(turned, straight, m, n);",
    "for (int a = 0; a < m; ++a) for (int b = 0; b < n; ++b) turned[b * m + a] = straight[a * n + b];",
)


def tasks(body: str, size: int = 4096) -> str:
    """A kernel of one body with its launcher on device pointers."""
    return (
        "#include <bang.h>\n#include <cnrt.h>\n"
        f"__mlu_entry__ void k({SIZES}) {{\n  __nram__ float straight[{size}];\n  __nram__ float turned[{size}];\n  {body}\n}}\n"
        f"void k_launch({SIZES}) {{\n  cnrtQueue_t queue;\n  cnrtQueueCreate(&queue);\n  cnrtDim3_t dim = {{16, 1, 1}};\n"
        "  k<<<dim, cnrtFuncTypeUnion4, queue>>>(x, y, rows, cols);\n  cnrtQueueSync(queue);\n  cnrtQueueDestroy(queue);\n}\n"
    )


@pytest.mark.parametrize("body", [BODY, BY_HAND, BODY.replace("j += 64", "j += 63")], ids=["a builtin", "loops", "columns twice"])
def test_tiles_are_turned(written, body: str) -> None:
    assert doubt(written(PLAIN, ".cpp"), written(tasks(body), ".mlu")) == ""
    assert doubt(written(tasks(body), ".mlu"), written(PLAIN, ".cpp")) == ""


TWINS = {
    "height and width change places": BODY.replace("straight, m, n", "straight, n, m"),
    "rows of whole tiles on one side": BODY.replace("GDRAM2NRAM, n *", "GDRAM2NRAM, 64 *"),
    "a row too few": BODY.replace("m - 1);", "m - 2);"),
    "a row too many": BODY.replace("n - 1);", "n);"),
    "a column too few": BODY.replace("x + i * cols + j, n *", "x + i * cols + j, (n - 1) *"),
    "what the tile before left": BODY.replace("      __memcpy(straight", "      if (j % 128 == 0) __memcpy(straight"),
    "what the row of tiles before left": BODY.replace("      __memcpy(straight", "      if (i < 64) __memcpy(straight"),
    "nothing is turned": BODY.replace("y + j * rows + i, turned", "y + j * rows + i, straight"),
    "wider steps": BODY.replace("j += 64", "j += 65"),
    "tiles of another task": BODY.replace("taskDim * 64", "taskDim * 32"),
    "a tile to another place": BODY.replace("y + j * rows + i,", "y + j * rows,"),
    "columns for rows": BY_HAND.replace("turned[b * m + a]", "turned[b * n + a]"),
    "another stride": BY_HAND.replace("straight[a * n + b]", "straight[a * m + b]"),
    "another element": BY_HAND.replace("straight[a * n + b]", "straight[b * n + a]"),
    "the last row is left out": BY_HAND.replace("a < m", "a < m - 1"),
    "turned behind the tiles": BY_HAND.replace("for (int a = 0; a < m", "if (j > 0) for (int a = 0; a < m"),
}


@pytest.mark.parametrize("body", TWINS.values(), ids=TWINS)
def test_what_is_off_is_not_proved(written, body: str) -> None:
    assert body not in (BODY, BY_HAND)
    assert doubt(written(PLAIN, ".cpp"), written(tasks(body), ".mlu"))


def test_a_tile_must_fit(written) -> None:
    assert doubt(written(PLAIN, ".cpp"), written(tasks(BODY, 4095), ".mlu"))
    assert doubt(written(PLAIN, ".cpp"), written(tasks(BODY.replace("64", "65")), ".mlu"))
