"""One NRAM buffer that holds halves, then floats, then halves again: production kernels that compute in a wider type."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler import frontend, raising
from xpiler.diagnostics import Unsupported
from xpiler.verify.verdict import Verdict

WIDENED = """
#include <bang.h>
#define CAP 4096
__nram__ char buffer[3 * CAP * sizeof(float)];
__mlu_entry__ void silu(const half *x, half *y, int n) {
  float *a = (float *)buffer, *b = a + CAP;
  half *stage = STAGE;
  for (int i = taskId * CAP; i < n; i += taskDim * CAP) {
    int m = min(CAP, n - i);
    __memcpy(stage, x + i, m * sizeof(half), GDRAM2NRAM);
    __bang_half2float(a, stage, m);
    __bang_active_sigmoid(b, a, m);
    __bang_mul(a, a, b, m);
    __bang_float2half_rn((half *)a, a, m);
    __memcpy(y + i, BACK, m * sizeof(half), NRAM2GDRAM);
  }
}
void run(const half *x, half *y, int n, cnrtQueue_t q) { cnrtDim3_t d = {4, 1, 1}; silu<<<d, cnrtFuncTypeUnion1, q>>>(x, y, n); }
"""
DISPATCHED = """
#include <bang.h>
__nram__ int8_t buffer[65536];
template <typename T> __mlu_func__ void squared(const T *x, T *y, int n) {
  const int cap = sizeof(buffer) / sizeof(T);
  T *tile = (T *)buffer;
  for (int i = taskId * cap; i < n; i += taskDim * cap) {
    int m = n - i < cap ? n - i : cap;
    __memcpy(tile, x + i, m * sizeof(T), GDRAM2NRAM);
    __bang_square(tile, tile, m);
    __memcpy(y + i, tile, m * sizeof(T), NRAM2GDRAM);
  }
}
__mlu_entry__ void square(const void *x, void *y, int n, int type) {
  switch (type) {
    case 0: squared((const half *)x, (half *)y, n); break;
    default: squared((const float *)x, (float *)y, n);
  }
}
void run(const float *x, float *y, int n, cnrtQueue_t q) { cnrtDim3_t d = {4, 1, 1}; square<<<d, cnrtFuncTypeBlock, q>>>(x, y, n, 1); }
"""


def _written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "k.mlu").write_text(text)
    return tmp_path / "k.mlu"


@pytest.mark.parametrize("stage", ["(half *)a + CAP", "(half *)b", "(half *)(b + CAP) + 128"])
def test_a_buffer_of_two_types_is_forwarded_like_any_other(stage: str, tmp_path: Path) -> None:
    kernel = _written(tmp_path, WIDENED.replace("STAGE", stage).replace("BACK", "a"))
    text = xpiler.translate(kernel, to="cuda", verify="none").text.split("__global__")[1].split("\n}\n")[0]
    assert "[CAP" not in text and "[4096]" not in text
    assert "y[i] = __float2half(" in text


def test_what_it_computes_is_what_the_source_computes(tmp_path: Path) -> None:
    kernel = _written(tmp_path, WIDENED.replace("STAGE", "(half *)a + CAP").replace("BACK", "(char *)a"))
    assert xpiler.translate(kernel, to="vnni", verify="test").answer.verdict == Verdict.TESTED


@pytest.mark.parametrize(
    "wrong", ["__bang_mul((float *)stage, a, b, m); __bang_half2float(a, stage, m);", "__bang_half2float(a, stage, m + 1);"]
)
def test_a_read_of_another_type_s_bits_is_refused(wrong: str, tmp_path: Path) -> None:
    text = WIDENED.replace("STAGE", "(half *)b").replace("BACK", "a").replace("__bang_mul(a, a, b, m);", f"__bang_mul(a, a, b, m); {wrong}")
    with pytest.raises(Unsupported, match="several types"):
        xpiler.translate(_written(tmp_path, text), to="cuda", verify="none")


def test_a_type_chosen_at_run_time_takes_the_bytes_of_void(tmp_path: Path) -> None:
    result = xpiler.translate(_written(tmp_path, DISPATCHED), to="cuda", verify="test")
    assert result.answer.verdict == Verdict.TESTED
    assert "square(const uint8_t *x, uint8_t *y, int n, int type)" in result.text


MEETING = """#include <bang.h>
#define BYTES (384 * 1024)
__nram__ char pool[BYTES];
__mlu_global__ void add(const float *a, const float *b, float *c, int n) {
  const int cap = BYTES / 2 / sizeof(float);
  float *x = (float *)pool, *y = (float *)(pool + cap);
  for (int i = taskId * cap; i < n; i += taskDim * cap) {
    int m = min(cap, n - i);
    __memcpy(x, a + i, m * sizeof(float), GDRAM2NRAM);
    __memcpy(y, b + i, m * sizeof(float), GDRAM2NRAM);
    __bang_add(x, x, y, m);
    __memcpy(c + i, x, m * sizeof(float), NRAM2GDRAM);
  }
}
"""


def test_pieces_of_one_type_that_may_meet_are_said_to_meet() -> None:
    with pytest.raises(Unsupported, match="pieces of a buffer may meet"):
        raising.raise_module(frontend.read(MEETING, "bang"))
    apart = MEETING.replace("pool + cap)", "pool + cap * sizeof(float))")
    raising.raise_module(frontend.read(apart, "bang"))
