"""Two files whose launchers have different names are both run: a proof over the reals is confirmed, or taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.tools.commands import verify
from xpiler.tools.xpiler import parser

SHIFTED = """
#include <cmath>
extern "C" void NAME(const float *A, float *T, int n) {
  float peak = A[0], total = 0.0f;
  for (int i = 1; i < n; ++i) peak = fmaxf(peak, A[i]);
  for (int i = 0; i < n; ++i) total += expf(A[i] - peak);
  for (int i = 0; i < n; ++i) T[i] = expf(A[i] - peak) / total;
}
extern "C" void NAME_kernel(const float *A, float *T, int n) { NAME(A, T, n); }
"""
CHANGES = {
    "a maximum that starts lower": ("peak = A[0]", "peak = -INFINITY", "proved"),
    "no maximum": ("peak = fmaxf(peak, A[i])", "peak = 0.0f", "tested"),
    "a sum that is not shifted": ("total += expf(A[i] - peak)", "total += expf(A[i])", "refuted"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_both_are_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str) -> None:
    old, new, verdict = CHANGES[change]
    for name, text in (("softmax", SHIFTED), ("normalised", SHIFTED.replace(old, new))):
        (tmp_path / f"{name}.cpp").write_text(text.replace("NAME", name).replace("i = 1", "i = 0"))
    verify.execute(parser().parse_args(["verify", str(tmp_path / "softmax.cpp"), str(tmp_path / "normalised.cpp"), "--sizes", "n=3"]))
    printed = capsys.readouterr().out
    assert f"normalised.cpp: {verdict}" in printed
    assert "not confirmed" not in printed
