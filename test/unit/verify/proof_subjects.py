"""Corpus kernels in platform form, the sizes they are proved at, and the validator's answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from mlir import ir

from xpiler import frontend
from xpiler.verify.validator import Limits, validate
from xpiler.verify.verdict import Answer

KERNELS = Path(__file__).resolve().parents[3] / "kernels"
PLATFORMS = {".cu": "cuda", ".hip": "hip", ".mlu": "bang", ".cpp": "vnni"}
SIZES = {
    "add": {"n": 37},
    "gelu": {"n": 11},
    "row_sum": {"rows": 3, "cols": 37},
    "softmax": {"rows": 2, "cols": 5},
    "layernorm": {"rows": 2, "cols": 5},
    "transpose": {"rows": 5, "cols": 7},
    "maxpool": {"batch": 1, "height": 5, "width": 4, "channels": 3},
    "gemm": {"M": 3, "N": 5, "K": 7},
    "gemm_int8": {"M": 3, "N": 2, "K": 5},
}


@cache
def corpus(name: str, suffix: str) -> ir.Module:
    """A kernel of the corpus in platform form."""
    return frontend.read(KERNELS / name / f"{name}{suffix}", PLATFORMS[suffix])


def text_of(name: str, suffix: str) -> str:
    """A kernel's text."""
    return (KERNELS / name / f"{name}{suffix}").read_text()


def answer(source: ir.Module, target: ir.Module, sizes: dict[str, int]) -> Answer:
    """The validator's answer, nothing replayed."""
    return validate(source, target, sizes, limits=Limits(60))
