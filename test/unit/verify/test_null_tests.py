"""Pointers that programs test for null are taken not to be, and the verdict says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.diagnostics import XpilerError
from xpiler.verify.texts import VerifyOptions, verify_files
from xpiler.verify.verdict import Verdict

SOURCE = """
extern "C" void k(const float *x, const float *bias, float *y, int n) {
  for (int i = 0; i < n; ++i) {
    float v = x[i];
    if (bias != nullptr) v += bias[i];
    y[i] = v;
  }
}
"""


def verdict(folder: Path, target: str):
    (folder / "source.cpp").write_text(SOURCE)
    (folder / "target.cpp").write_text(target)
    return verify_files(str(folder / "source.cpp"), str(folder / "target.cpp"), VerifyOptions({}, run=False))


@pytest.mark.parametrize("target", [SOURCE, SOURCE.replace("if (bias != nullptr) v += bias[i]", "v += bias ? bias[i] : 0.0f")])
def test_what_is_not_null_is_assumed_and_said(tmp_path: Path, target: str) -> None:
    found = verdict(tmp_path, target)
    assert found.verdict is Verdict.PROVED
    assert "'bias' is not null" in found.assumptions


def test_the_assumption_is_said_where_the_source_alone_tests(tmp_path: Path) -> None:
    found = verdict(tmp_path, SOURCE.replace("if (bias != nullptr) ", ""))
    assert found.verdict is Verdict.PROVED
    assert "'bias' is not null" in found.assumptions


@pytest.mark.parametrize(
    ("old", "new"), [("bias[i]", "bias[0]"), ("!= nullptr", "== nullptr"), ("bias != nullptr", "((unsigned long)bias & 15) != 0")]
)
def test_what_differs_where_it_is_not_null_is_not_proved(tmp_path: Path, old: str, new: str) -> None:
    assert old in SOURCE
    try:
        found = verdict(tmp_path, SOURCE.replace(old, new))
    except XpilerError as error:  # an address that is computed with is refused by the front end
        assert "target.cpp" in str(error)
    else:
        assert found.verdict is not Verdict.PROVED
