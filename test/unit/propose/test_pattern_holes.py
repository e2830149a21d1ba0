"""Holes of patterns: choices in turn, the kernel's floats where there are none, and only numbers and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from xpiler.diagnostics import PassFailed
from xpiler.dialects import context
from xpiler.propose.patterns.holes import fillings
from xpiler.propose.patterns.pattern import read
from xpiler.propose.patterns.proof import prove
from xpiler.verify.verdict import Verdict

IDIOMS = Path(__file__).resolve().parents[3] / "benchmarks" / "proposals" / "idioms"
LOGISTIC = (IDIOMS / "logistic.mlir").read_text()
KIND = LOGISTIC.replace("unary<active_sigmoid>", 'unary<#xpiler.hole<"kind">>').replace(
    "attributes {", 'attributes {xpiler.holes = {kind = ["active_tanh", "active_sigmoid"]}, ', 1
)


def test_a_hole_takes_its_choices_in_turn_and_one_of_them_is_proved() -> None:
    shared = context()
    texts = list(fillings(KIND, [], shared))
    assert len(texts) == 2 and "xpiler.hole" not in texts[0]
    assert [prove(read(text, shared)).verdict is Verdict.PROVED for text in texts] == [False, True]


def test_a_hole_without_choices_takes_the_floats_of_the_kernel() -> None:
    text = (IDIOMS / "gelu_layer.mlir").read_text()
    assert "4.471500e-02" in text
    shared = context()
    texts = list(fillings(text.replace("4.471500e-02", '#xpiler.hole<"c">'), [1.0, 0.044715], shared))
    assert [prove(read(t, shared)).verdict is Verdict.PROVED for t in texts] == [False, True]


@pytest.mark.parametrize("choices", ['["active_tanh> %a"]', '["a b"]', "7", "[[1]]"])
def test_a_choice_is_one_number_or_one_word(choices: str) -> None:
    with pytest.raises(PassFailed):
        list(fillings(KIND.replace('["active_tanh", "active_sigmoid"]', choices), [], context()))


def test_a_pattern_without_holes_is_itself() -> None:
    assert list(fillings(LOGISTIC, [1.0], context())) == [LOGISTIC]
