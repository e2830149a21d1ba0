"""Arrays of a fixed length that a source overruns at sizes which nothing excludes: said with the access and the least such size."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.short_arrays import short_arrays

SHARE = """#include <bang.h>
__nram__ char pool[65536];
__mlu_entry__ void twice(const float *x, float *y, int n) {
  float *a = (float *)pool;
  float *b = a + 8192;
  int per = n / taskDim;
  int start = taskId * per;
  LAST
  for (int i = 0; i < LENGTH; i += 8192) {
    int m = PIECE;
    __memcpy(a, x + start + i, m * sizeof(float), GDRAM2NRAM);
    __bang_add(b, a, a, m);
    __memcpy(y + start + i, b, m * sizeof(float), NRAM2GDRAM);
  }
}
void launch(const float *x, float *y, int n, cnrtQueue_t q) {
  GUARD
  cnrtDim3_t dim = {16, 1, 1};
  twice<<<dim, cnrtFuncTypeUnion4, q>>>(x, y, n);
}
"""


PIECES = {"LENGTH": "per", "PIECE": "min(8192, per - i)"}
WHOLE = {"LENGTH": "1", "PIECE": "per"}


def found(words: dict[str, str], guard: str = "", last: str = "") -> list[tuple[str, int, dict[str, int]]]:
    text = SHARE
    for word, meaning in {**words, "GUARD": guard, "LAST": last}.items():
        text = text.replace(word, meaning)
    return [(d.message, d.place.line, d.sizes) for d in short_arrays(frontend.read(text, "bang"))]


def test_a_share_that_is_taken_for_a_piece() -> None:
    (defect,) = found(WHOLE)
    assert defect == ("'pool' has 65536 bytes, and this access needs 65540", 12, {"n": 16 * 8193})


@pytest.mark.parametrize(("words", "guard"), [(PIECES, ""), (WHOLE, "if (n > 131072) return;")])
def test_pieces_and_guards(words: dict[str, str], guard: str) -> None:
    assert not found(words, guard)


def test_the_last_task_takes_the_rest() -> None:
    (defect,) = found(WHOLE, "if (n > 131072) return;", "if (taskId == taskDim - 1) per = n - start;")
    assert defect[2]["n"] in range(15 * 8193, 1 << 17)  # what the last task takes grows and falls with the remainder


def test_arrays_of_c() -> None:
    loops = ("for (int i = 0; i < n; ++i) t[i] = x[i];", "for (int i = 0; i < n; ++i) y[i] = t[i]; }")
    source = "\n".join(("void twice(const float *x, float *y, int n) { float t[64];", *loops))
    (defect,) = short_arrays(frontend.read(source, "vnni"))
    assert (defect.message, defect.place.line, defect.sizes) == ("'t' has 64 elements, and this access needs 65", 2, {"n": 65})
    assert not short_arrays(frontend.read(source.replace("i < n", "i < n && i < 64"), "vnni"), ())


ROWS = """__global__ void scaled(const float *x, float *y, int cols) {
  __shared__ float row[1024];
  for (int c = threadIdx.x; c < cols; c += blockDim.x) row[c] = x[blockIdx.x * cols + c];
  __syncthreads();
  for (int c = threadIdx.x; c < cols; c += blockDim.x) y[blockIdx.x * cols + c] = row[cols - 1 - c];
}
void launch(const float *x, float *y, int rows, int cols) { GUARD scaled<<<rows, 128>>>(x, y, cols); }
"""


@pytest.mark.parametrize(("guard", "sizes"), [("", [{"rows": 2, "cols": 1025}]), ("if (cols > 1024) return;", [])])
def test_shared_memory_of_a_block(guard: str, sizes: list[dict[str, int]]) -> None:
    assert [d.sizes for d in short_arrays(frontend.read(ROWS.replace("GUARD", guard), "cuda"))] == sizes
