"""The main operators in each target's language: whole outputs, to be read as a person would who takes them into a code base."""

from __future__ import annotations

from pathlib import Path

import pytest

import xpiler
from xpiler.platforms.names import OUTPUT_SUFFIX

KERNELS = Path(__file__).resolve().parents[2] / "kernels"
OPERATORS = ("add", "gelu", "softmax", "layernorm", "row_sum", "gemm", "gemm_int8", "transpose", "maxpool")
SOURCES = {"cuda": ".mlu", "hip": ".cu", "bang": ".cu", "vnni": ".cu"}  # target -> what is translated


@pytest.mark.parametrize("target", SOURCES)
@pytest.mark.parametrize("operator", OPERATORS)
def test_translated(golden, operator: str, target: str) -> None:
    text = xpiler.translate(str(KERNELS / operator / f"{operator}{SOURCES[target]}"), target, verify="none").text
    golden(f"{operator}{OUTPUT_SUFFIX[target]}", text)
