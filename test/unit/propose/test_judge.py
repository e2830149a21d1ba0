"""What is equal over the reals only is not accepted: runs on large inputs are part of the judgement."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.options import TranslateOptions
from xpiler.propose.judge import Subject, judge
from xpiler.verify.verdict import Verdict

SOFTMAX = Path(__file__).resolve().parents[3] / "kernels" / "softmax" / "softmax.cu"
ROWS = """#include <math.h>

extern "C" void softmax_kernel(const float *A, float *T, int rows, int cols) {
  for (int i = 0; i < rows; ++i) {
    float top = -INFINITY;
    for (int j = 0; j < cols; ++j) top = fmaxf(top, A[i * cols + j]);
    float sum = 0.0f;
    for (int j = 0; j < cols; ++j) sum += expf(A[i * cols + j] - top);
    for (int j = 0; j < cols; ++j) T[i * cols + j] = expf(A[i * cols + j] - top) / sum;
  }
}
"""


@pytest.mark.parametrize(("sign", "verdict"), [("-", Verdict.PROVED), ("+", Verdict.REFUTED)])
def test_an_overflow_that_real_numbers_do_not_have_is_seen(tmp_path: Path, sign: str, verdict: Verdict) -> None:
    output = tmp_path / "softmax.cpp"
    output.write_text(ROWS.replace("] - top", f"] {sign} top"))
    assert judge(Subject.of(str(SOFTMAX), TranslateOptions(to="vnni")), output).verdict is verdict
