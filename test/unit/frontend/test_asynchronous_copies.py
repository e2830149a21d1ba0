"""`cuda_pipeline.h`: copies are done where they are issued; what does not wait for them is told by the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.diagnostics import XpilerError
from xpiler.verify.verdict import Verdict

COPY = """
#include <cuda_pipeline.h>
__global__ void turned(const float4 *x, float4 *y, int n) {
  __shared__ float4 tile[64];
  int i = blockIdx.x * 64 + threadIdx.x;
  __pipeline_memcpy_async(&tile[threadIdx.x], &x[i < n ? i : 0], sizeof(float4), i < n ? 0 : 16);
  __pipeline_commit();
  __pipeline_wait_prior(0);
  __syncthreads();
  if (i < n) y[i] = tile[threadIdx.x ^ 1];
}
void run(const float4 *x, float4 *y, int n) { turned<<<(n + 63) / 64, 64>>>(x, y, n); }
"""


def test_a_copy_that_is_waited_for_is_a_copy(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(COPY)
    assert xpiler.translate(tmp_path / "k.cu", to="vnni", extents={"x": "4*n", "y": "4*n"}).answer.verdict in (
        Verdict.PROVED,
        Verdict.TESTED,
    )


def test_a_copy_that_is_not_waited_for_is_a_race(tmp_path: Path) -> None:
    (tmp_path / "k.cu").write_text(COPY.replace("  __pipeline_wait_prior(0);\n", ""))
    with pytest.raises(XpilerError, match=r"k\.cu:\d+:\d+: error: .*race"):
        xpiler.translate(tmp_path / "k.cu", to="vnni", extents={"x": "4*n", "y": "4*n"})
