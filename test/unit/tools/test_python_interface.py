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
    assert result.answer.verdict.value == "proved"
    assert result.answer.runs > 5
    assert result.text.splitlines()[1].startswith("// verdict: proved (all sizes with 1 <= n <= ")


def test_translate_refuses_an_unknown_platform(source: str) -> None:
    with pytest.raises(InvalidInput, match="unknown target platform 'metal'"):
        xpiler.translate(source, to="metal")


def test_run_returns_the_arrays(source: str, tmp_path: Path) -> None:
    a, b = np.arange(9, dtype=np.float32), np.ones(9, np.float32)
    outcome = xpiler.run(source, str(tmp_path), A=a, B=b, n=9)
    assert outcome.result.ok
    np.testing.assert_array_equal(outcome.result.arrays[-1], a + b)


def test_a_stated_extent_and_assumption_reach_the_output(source: str) -> None:
    result = xpiler.translate(source, to="cuda", extents={"T": "n + 3"}, assumptions=("n % 4 == 0",), verify="none")
    assert "n + 3" in result.text


@pytest.mark.parametrize(
    ("extents", "message"), [({"Q": "n"}, "no pointer parameter"), ({"T": "n +"}, "cannot read"), ({"T": "m"}, "no integer arithmetic")]
)
def test_a_wrong_extent_is_refused(source: str, extents: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        xpiler.translate(source, to="cuda", extents=extents, verify="none")


def test_an_empty_schedule_gives_the_base_form(source: str, tmp_path: Path) -> None:
    schedule = tmp_path / "none.txt"
    schedule.write_text("builtin.module(canonicalize)")
    result = xpiler.translate(source, to="bang", schedule=schedule, verify="none")
    assert "__bang_add" not in result.text
