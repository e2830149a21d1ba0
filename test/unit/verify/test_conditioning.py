"""What rounding explains is no difference; what it does not explain is one, however near."""

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

NORMALISE = """
#include <math.h>
extern "C" void normalise(const float *x, float *y, int n) {
  if (n <= 0) return;
  float sum = 0.0f, square = 0.0f;
  SUM
  float mean = sum / n;
  for (int i = 0; i < n; ++i) square += (x[i] - mean) * (x[i] - mean);
  float scale = 1.0f / sqrtf(square / n + EPSILON);
  for (int i = 0; i < n; ++i) y[i] = (x[i] - mean) * scale + 1.0f;
}
"""


IN_ORDER = "for (int i = 0; i < n; ++i) sum += x[i];"
BY_HALVES = """
  float rest = 0.0f;
  for (int i = 0; i < n / 2; ++i) sum += x[i];
  for (int i = n / 2; i < n; ++i) rest += x[i];
  sum += rest;
"""
ANOTHER = "sum = n * x[0];"


def _answer(tmp_path: Path, total: str, epsilon: str) -> Answer:
    first, second = (tmp_path / name for name in ("first.cpp", "second.cpp"))
    first.write_text(NORMALISE.replace("SUM", IN_ORDER).replace("EPSILON", "1e-5f"))
    second.write_text(NORMALISE.replace("SUM", total).replace("EPSILON", epsilon))
    module = frontend.read(first, "vnni", ReadOptions())
    state_facts(module, "normalise", {"x": "n", "y": "n"}, ())
    raising.raise_module(module)
    texts = (Text(path, "vnni", DEFAULT_ARCH["vnni"]) for path in (first, second))
    return compare(*texts, signature.kernel(module))


def test_a_row_of_equal_values_may_be_summed_by_halves(tmp_path: Path) -> None:
    answer = _answer(tmp_path, BY_HALVES, "1e-5f")
    assert answer.verdict is Verdict.TESTED
    assert answer.notes[0].startswith("floats differ on equal input")


@pytest.mark.parametrize(("total", "epsilon"), [(ANOTHER, "1e-5f"), (IN_ORDER, "1e-2f")])
def test_another_mean_or_deviation_is_refuted(tmp_path: Path, total: str, epsilon: str) -> None:
    assert _answer(tmp_path, total, epsilon).verdict is Verdict.REFUTED
