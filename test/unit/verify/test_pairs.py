"""Pairs of the corpus that must be proved: the same operator as engineers of two platforms write it, and each kernel itself."""

from __future__ import annotations

import pytest
from proof_subjects import SIZES, answer, corpus

from xpiler.verify.verdict import Verdict

PAIRS = [
    ("add", ".cu", ".cpp"),
    ("add", ".hip", ".mlu"),
    ("row_sum", ".cu", ".cpp"),
    ("row_sum", ".mlu", ".hip"),
    ("transpose", ".cu", ".mlu"),
    ("transpose", ".cpp", ".hip"),
    ("maxpool", ".cu", ".mlu"),
    ("maxpool", ".hip", ".cpp"),
    ("softmax", ".cu", ".cpp"),
    ("softmax", ".cpp", ".mlu"),
    ("layernorm", ".cu", ".mlu"),
    ("gelu", ".cpp", ".hip"),
    ("gelu", ".mlu", ".cpp"),
    ("gemm", ".cpp", ".cu"),
    ("gemm_int8", ".cu", ".hip"),
]


@pytest.mark.parametrize(("name", "source", "target"), PAIRS)
def test_kernels_of_two_platforms_are_proved_equal(name: str, source: str, target: str) -> None:
    found = answer(corpus(name, source), corpus(name, target), SIZES[name])
    assert found.verdict is Verdict.PROVED, found
    assert all(f"{size} = {value}" in found.scope for size, value in SIZES[name].items())
    assert any("real numbers" in text for text in found.assumptions)


@pytest.mark.parametrize(
    ("name", "suffix"), [("add", ".mlu"), ("row_sum", ".hip"), ("transpose", ".cu"), ("maxpool", ".cpp"), ("gelu", ".mlu")]
)
def test_a_kernel_equals_itself(name: str, suffix: str) -> None:
    assert answer(corpus(name, suffix), corpus(name, suffix), SIZES[name]).verdict is Verdict.PROVED


def test_what_a_proof_assumes_is_said() -> None:
    found = answer(corpus("softmax", ".cpp"), corpus("softmax", ".mlu"), SIZES["softmax"])
    assert "noalias(A, T)" in found.assumptions
    assert any("active_exp" in text for text in found.assumptions)
    assert any("the source touches" in text for text in found.assumptions)
