"""Tests for NaN: a choice on one is compared as it is written, and no rule of the reals may decide it."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.verdict import Verdict

HEAD = '#include <cmath>\nextern "C" void k_kernel(const float *A, const float *B, float *T, int n) {\n'
SAME = {
    "fmax": ("fmaxf(a, b)", "b != b ? a : (a > b ? a : b)"),
    "fmin": ("fminf(a, b)", "b == b ? (b > a ? a : b) : a"),
    "one test": ("a != a ? b : a", "!(a == a) ? b : a"),
    "below itself": ("a < a ? 1.0f : b", "b"),
}
DIFFERENT = {
    "the other operand": ("fmaxf(a, b)", "a != a ? a : (a > b ? a : b)"),
    "the other extremum": ("fminf(a, b)", "b != b ? a : (a > b ? a : b)"),
    "a dropped test": ("a != a ? 0.0f : a", "a"),
    "a test turned round": ("a != a ? 0.0f : a", "a == a ? 0.0f : a"),
    "what is equal over the reals": ("a + b - b != a + b - b ? 0.0f : a", "a != a ? 0.0f : a"),
    "a maximum and a choice": ("fmaxf(a, b) != fmaxf(a, b) ? 1.0f : 0.0f", "(a > b ? a : b) != (a > b ? a : b) ? 1.0f : 0.0f"),
}


def text(expression: str) -> str:
    return f"{HEAD}for (int i = 0; i < n; ++i) {{ float a = A[i], b = B[i]; T[i] = {expression}; }}\n}}\n"


@pytest.mark.parametrize("name", SAME)
def test_what_treats_nan_alike_is_proved(written, name: str) -> None:
    found = answer(*(written(text(expression), ".cpp") for expression in SAME[name]), {"n": 3})
    assert found.verdict is Verdict.PROVED, found


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_treats_it_otherwise_is_not(written, name: str) -> None:
    found = answer(*(written(text(expression), ".cpp") for expression in DIFFERENT[name]), {"n": 3})
    assert found.verdict is Verdict.UNSUPPORTED, found
