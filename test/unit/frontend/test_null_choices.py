"""Pointers that a condition makes null: what is asked of them later is that condition."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import Unsupported
from xpiler.verify.verdict import Verdict

PART = """
__device__ void scale(float *x, const float *by, int i) {
  x[i] = by != nullptr ? x[i] * by[i] : x[i] + 1.0f;
}
__global__ void k(float *x, const float *by, int n, int some) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) scale(x, some > 3 ? by + n : nullptr, i);
}
void go(float *x, const float *by, int n, int some) { k<<<(n + 63) / 64, 64>>>(x, by, n, some); }
"""


def test_a_choice_of_null_is_null_where_it_was_chosen(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(PART)
    result = xpiler.translate(tmp_path / "k.cu", to="vnni", verify="test", extents={"by": "2*n"})
    assert result.answer.verdict == Verdict.TESTED
    assert "some > 3" in result.text


def test_an_offset_of_an_optional_array_keeps_its_null(read) -> None:
    text = read(PART.replace("some > 3", "by"))
    assert text.count("extract_aligned_pointer_as_index") == 1
    assert "scf.if" in text


def test_a_pointer_that_a_loop_makes_null_is_refused(read) -> None:
    with pytest.raises(Unsupported, match=r"loop makes null|changing in a loop"):
        read("""
__global__ void k(float *x, const float *y, int n) {
  const float *p = y;
  for (int i = 0; i < n; ++i) { if (p) x[i] = p[i]; p = i > 3 ? p + 1 : nullptr; }
}
void go(float *x, const float *y, int n) { k<<<1, 1>>>(x, y, n); }
""")
