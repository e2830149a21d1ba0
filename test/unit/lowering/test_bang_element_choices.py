"""Comparisons and choices of elements on BANG: arithmetic with truths, where no side can be infinite."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.verify.verdict import Verdict

TEXT = """
void pick(const float *x, float *y, int n) {{
  for (int i = 0; i < n; ++i) {{
    float v = x[i];
    y[i] = {};
  }}
}}
"""


def _translated(tmp_path: Path, expression: str, verify: str):
    source = tmp_path / "pick.cpp"
    source.write_text("#include <math.h>\n" + TEXT.format(expression))
    return xpiler.translate(str(source), to="bang", verify=verify)


@pytest.mark.parametrize(
    "expression",
    [
        "v > 0.5f ? 2.0f : v < -1.0f ? fminf(fmaxf(v, -3.0f), 3.0f) : -4.0f",  # a buffer, constants, nested
        "(v != 1.0f && v < 2.0f) ? 3.0f : 0.0f",  # NaN passes !=
    ],
)
def test_choices_are_arithmetic(tmp_path: Path, expression: str) -> None:
    made = _translated(tmp_path, expression, "test")
    assert made.answer.verdict is Verdict.TESTED
    assert "_scalar(" in made.text
    assert "x[i]" not in made.text  # nothing is done element by element


@pytest.mark.parametrize(
    ("expression", "verdict"),
    [
        ("v > 0.0f ? v : 0.1f * v", Verdict.PROVED),
        ("v < 0.0f ? 0.1f * v : v", Verdict.TESTED),
        ("!(v <= 0.0f) ? v : expf(v) - 1.0f", Verdict.PROVED),
        ("v >= 0.0f ? v * 1.05f : 1.05f * 1.67f * (expf(v) - 1.0f)", Verdict.TESTED),
        ("v > 0.0f ? v * v : 0.0f", Verdict.PROVED),
    ],
)
def test_sides_that_meet_at_zero_are_added(tmp_path: Path, expression: str, verdict: Verdict) -> None:
    """Each takes its argument clamped to its own half; two of a form are proved alike, and one of them is run only."""
    made = _translated(tmp_path, expression, "prove" if verdict is Verdict.PROVED else "test")
    assert made.answer.verdict is verdict
    assert "__bang_maxeq_scalar(" in made.text and "x[i]" not in made.text


def test_branches_that_meet_at_zero_are_added(tmp_path: Path) -> None:
    """With a parameter as a factor, and a side that is computed in the branch alone."""
    source = tmp_path / "celu.cpp"
    source.write_text("""#include <math.h>
void celu(const float *x, float *y, float a, float b, int n) {
  for (int i = 0; i < n; ++i) {
    float v = x[i] * b;
    if (v > 0.0f) y[i] = v; else y[i] = a * (expf(v) - 1.0f);
  }
}
""")
    made = xpiler.translate(str(source), to="bang", verify="test")
    assert made.answer.verdict is Verdict.TESTED
    assert "__bang_active_exphp(" in made.text and "x[i]" not in made.text


@pytest.mark.parametrize("expression", ["v > 0.0f ? v + 1.0f : expf(v)", "v > 1.0f ? v : 0.1f * v", "v > 0.0f ? v : v / (v - 1.0f)"])
def test_a_side_that_may_be_infinite_is_not_multiplied_by_zero(tmp_path: Path, expression: str) -> None:
    assert "__bang_gt" not in _translated(tmp_path, expression, "none").text


def test_a_clamp_of_what_becomes_a_byte_keeps_no_nan(tmp_path: Path) -> None:
    """0 * inf is clamped to a bound by fmaxf, which `__bang_maxequal` would not do; and it is proved."""
    source = tmp_path / "quantise.cpp"
    source.write_text("""#include <math.h>
void quantise(const float *x, signed char *y, float s, int n) {
  for (int i = 0; i < n; ++i) y[i] = (signed char)fminf(fmaxf(rintf(x[i] * s), -128.0f), 127.0f);
}
""")
    made = xpiler.translate(str(source), to="bang", verify="prove")
    assert "__bang_maximum_scalar(" in made.text and "__bang_float2int8_tz(" in made.text
    assert made.answer.verdict is Verdict.PROVED
