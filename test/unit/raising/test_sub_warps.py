"""Groups of fewer lanes than a warp has: rows of different lengths, sums of a segment, and what reaches beyond one."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import XpilerError
from xpiler.verify.verdict import Verdict

ROWS = """
template <int LANES> __device__ float group_sum(float v) {
  for (int o = LANES / 2; o > 0; o >>= 1) v += __shfl_xor_sync(0xffffffffu, v, o, LANES);
  return v;
}
template <int LANES> __global__ void sums(const int *length, const float *x, float *y, int rows, int cols) {
  const int row = (blockIdx.x * blockDim.x + threadIdx.x) / LANES, lane = threadIdx.x % LANES;
  if (row >= rows) return;
  float s = 0.0f;
  for (int j = 0; j < (length[row] & 3); ++j) {
    float part = 0.0f;
    for (int c = lane; c < cols; c += LANES) part += x[row * cols + c];
    s += group_sum<LANES>(part);
  }
  if (lane == 0) y[row] = s;
}
void run(const int *length, const float *x, float *y, int rows, int cols) {
  sums<8><<<(rows * 8 + 127) / 128, 128>>>(length, x, y, rows, cols);
}
"""


def test_segments_may_go_round_a_loop_differently_often(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(ROWS)
    result = xpiler.translate(tmp_path / "k.cu", to="vnni", verify="test")
    assert result.answer.verdict == Verdict.TESTED


@pytest.mark.parametrize(
    "reaching",
    [
        ("v, o, LANES", "v, o"),  # the warp
        ("LANES / 2; o > 0; o >>= 1", "1; o < LANES; o <<= 1"),  # distances that grow: not shown to stay inside
        ("return v;", "return v + __popc(__ballot_sync(0xffffffffu, v > 0.0f));"),
    ],
)
def test_what_may_reach_beyond_a_segment_keeps_the_warp(reaching: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(ROWS.replace(*reaching))
    with pytest.raises(XpilerError, match="lane"):
        xpiler.translate(tmp_path / "k.cu", to="vnni", verify="none")
