"""Parts of one array that overlap by mistake are told; bytes that serve one thing after another are not."""

from __future__ import annotations

import pytest

from xpiler import frontend
from xpiler.verify.defects.overlapping_parts import overlapping_parts

AXPBY = """#include <bang.h>
#define CAP 4096
__nram__ char pool[CAP * 4 * 3];
__mlu_global__ void axpby(const float *x, const float *y, float *z, float a, int n) {
  float *px = (float *)pool;
  float *py = (float *)(pool + START);
  for (int i = taskId * CAP; i < n; i += taskDim * CAP) {
    int len = min(CAP, n - i);
    BODY
  }
}
void launch(cnrtQueue_t q, const float *x, const float *y, float *z, float a, int n) {
  cnrtDim3_t dim = {16, 1, 1};
  axpby<<<dim, cnrtFuncTypeUnion4, q>>>(x, y, z, a, n);
}
"""
LOAD_X, LOAD_Y = (f"__memcpy(p{v}, {v} + i, len * 4, GDRAM2NRAM);" for v in "xy")
STORE = "__memcpy(z + i, px, len * 4, NRAM2GDRAM);"
BOTH = f"{LOAD_X} {LOAD_Y}\n __bang_add(px, px, py, len); {STORE}"


def found(start: str, body: str) -> list[tuple[str, int, dict[str, int]]]:
    text = AXPBY.replace("START", start).replace("BODY", body)
    return [(d.message, d.place.line, d.sizes) for d in overlapping_parts(frontend.read(text, "bang"))]


def test_an_offset_in_elements_that_was_meant_in_bytes() -> None:
    ((message, line, sizes),) = found("CAP", BOTH)
    assert message == "this writes bytes 4096 to 8196 of 'pool': over bytes 4096 to 4100 of what line 9 has written and line 10 reads"
    assert (line, sizes) == (9, {"n": 1025})


@pytest.mark.parametrize(
    ("start", "body"),
    [
        ("CAP * 4", BOTH),
        (
            "CAP",
            f"{LOAD_X} __bang_mul_scalar(px, px, a, len); {STORE} {LOAD_Y} __memcpy(z + i, py, len * 4, NRAM2GDRAM);",
        ),  # px is done with
        ("CAP", f"__bang_write_zero(px, 3 * CAP); {LOAD_Y} {STORE}"),  # filled in pieces
    ],
)
def test_bytes_that_are_used_again(start: str, body: str) -> None:
    assert not found(start, body)


def test_parts_that_grow_into_each_other_are_a_matter_of_capacity() -> None:
    """Nothing bounds the length: at larger sizes it leaves the pool as well."""
    assert not found("CAP * 4", BOTH.replace("len", "n"))
