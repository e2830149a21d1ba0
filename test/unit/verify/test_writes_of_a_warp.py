"""Lanes of a warp that all store the sum they share (`partial[warp] = sum`) do not race; other values and other warps do."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import XpilerError
from xpiler.verify.verdict import Verdict

SUMS = """
__global__ void sums(const float *x, float *y) {
  __shared__ float partial[2];
  float s = x[blockIdx.x * 64 + threadIdx.x];
  for (int o = 16; o > 0; o /= 2) s += __shfl_xor_sync(0xffffffffu, s, o);
  partial[threadIdx.x / 32] = s;
  __syncthreads();
  if (threadIdx.x == 0) y[blockIdx.x] = partial[0] + partial[1];
}
void launch(const float *x, float *y, int n) { sums<<<n, 64>>>(x, y); }
"""


def _verdict(tmp_path: Path, text: str) -> Verdict:
    source = tmp_path / "sums.cu"
    source.write_text(text)
    return xpiler.translate(str(source), to="hip", verify="prove").answer.verdict


def test_all_lanes_store_what_they_share(tmp_path: Path) -> None:
    assert _verdict(tmp_path, SUMS) is Verdict.PROVED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("= s;\n  __sync", "= s + threadIdx.x;\n  __sync"),  # each lane another value
        ("partial[threadIdx.x / 32]", "partial[0]"),  # the other warp's as well
        ("__shfl_xor_sync(0xffffffffu, s, o)", "__shfl_down_sync(0xffffffffu, s, o)"),  # only lane 0 has the sum
    ],
)
def test_other_values_and_other_warps_race(tmp_path: Path, old: str, new: str) -> None:
    assert old in SUMS
    with pytest.raises(XpilerError, match="race"):
        _verdict(tmp_path, SUMS.replace(old, new))
