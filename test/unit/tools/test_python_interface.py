"""What `import xpiler` offers: translate and run, without a process of their own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import xpiler
from xpiler.diagnostics import InvalidInput

ADD = """
extern "C" void add(const float *A, const float *B, float *T, int n) {
  for (int i = 0; i < n; ++i) T[i] = A[i] + B[i];
}
extern "C" void add_kernel(const float *A, const float *B, float *T, int n) { add(A, B, T, n); }
"""


@pytest.fixture
def source(tmp_path: Path) -> str:
    path = tmp_path / "add.cpp"
    path.write_text(ADD)
    return str(path)


def test_translate_gives_text_and_verdict(source: str) -> None:
    result = xpiler.translate(source, to="bang")
    assert "__bang_add" in result.text
    assert result.answer.verdict.value == "tested"
    assert result.answer.runs > 5


def test_translate_refuses_an_unknown_platform(source: str) -> None:
    with pytest.raises(InvalidInput, match="unknown target platform 'metal'"):
        xpiler.translate(source, to="metal")


def test_run_returns_the_arrays(source: str, tmp_path: Path) -> None:
    a, b = np.arange(9, dtype=np.float32), np.ones(9, np.float32)
    outcome = xpiler.run(source, str(tmp_path), A=a, B=b, n=9)
    assert outcome.result.ok
    np.testing.assert_array_equal(outcome.result.arrays[-1], a + b)
