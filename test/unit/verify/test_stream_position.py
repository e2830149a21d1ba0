"""A stream may stand anywhere among a launcher's parameters: it is no data."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

KERNEL = """
__global__ void scale(const float *A, float *T, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) T[i] = %s * A[i];
}
extern "C" void run(const float *A, float *T, int n, cudaStream_t stream) { scale<<<(n + 63) / 64, 64, 0, stream>>>(A, T, n); }
"""


@pytest.mark.parametrize(("factor", "verdict"), [("(1.0f + 1.0f)", Verdict.PROVED), ("3.0f", Verdict.REFUTED)])
def test_a_stream_behind_the_data(tmp_path: Path, factor: str, verdict: Verdict) -> None:
    for name, text in (("a.cu", "2.0f"), ("b.cu", factor)):
        (tmp_path / name).write_text(KERNEL % text)
    answer = xpiler.verify(tmp_path / "a.cu", tmp_path / "b.cu", sizes={"n": 70})
    assert answer.verdict in (verdict, *([Verdict.UNSUPPORTED] if verdict is Verdict.REFUTED else []))
