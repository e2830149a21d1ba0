"""A run that takes too long says nothing: it neither refutes nor counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler import frontend, raising
from xpiler.frontend import ReadOptions
from xpiler.platforms.names import DEFAULT_ARCH
from xpiler.stated_facts import state_facts
from xpiler.verify import signature
from xpiler.verify.differential import Text, compare
from xpiler.verify.verdict import Answer, Verdict

COPY = """
extern "C" void copy(const float *x, float *y, int n) {
  SLOW
  for (int i = 0; i < n; ++i) y[i] = VALUE;
}
"""
SLOW = "volatile int busy = 1; while (busy && n >= LIMIT) busy = 1;"


def _answer(tmp_path: Path, limit: int, value: str = "x[i]") -> Answer:
    first, second = (tmp_path / name for name in ("first.cpp", "second.cpp"))
    first.write_text(COPY.replace("SLOW", "").replace("VALUE", "x[i]"))
    second.write_text(COPY.replace("SLOW", SLOW.replace("LIMIT", str(limit))).replace("VALUE", value))
    module = frontend.read(first, "vnni", ReadOptions())
    state_facts(module, "copy", {"x": "n", "y": "n"}, ())
    raising.raise_module(module)
    texts = (Text(path, "vnni", DEFAULT_ARCH["vnni"]) for path in (first, second))
    return compare(*texts, signature.kernel(module), timeout_s=1.5)


def test_an_output_that_never_ends_is_not_refuted(tmp_path: Path) -> None:
    answer = _answer(tmp_path, 0)
    assert answer.verdict is Verdict.UNSUPPORTED
    assert "did not finish" in answer.reason


@pytest.mark.parametrize(("value", "verdict"), [("x[i]", Verdict.TESTED), ("x[i] + 1.0f", Verdict.REFUTED)])
def test_what_did_end_is_judged(tmp_path: Path, value: str, verdict: Verdict) -> None:
    answer = _answer(tmp_path, 1000, value)
    assert answer.verdict is verdict
    assert "1031" not in answer.scope
