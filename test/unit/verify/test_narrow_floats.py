"""Arithmetic of half and bfloat16 rounds: a sum in them is a sum in one order, and a number of theirs is none the less itself."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.verdict import Verdict

CPP = 'extern "C" void k_kernel(const _Float16 *A, const _Float16 *B, {out} *T, int n) {{\n{body}\n}}\n'


def half(body: str, out: str = "_Float16") -> str:
    return CPP.format(body=body, out=out)


def each(expression: str) -> str:
    return half(f"for (int i = 0; i < n; ++i) T[i] = {expression};")


PAIRS = {
    "one sum": (each("A[i] + B[i]"), each("(_Float16)((float)A[i] + (float)B[i])"), Verdict.PROVED),
    "two sums at once": (each("A[i] + B[i] + B[i]"), each("(_Float16)((float)A[i] + (float)B[i] + (float)B[i])"), Verdict.UNSUPPORTED),
    "another order": (each("A[i] + B[i] + B[i]"), each("A[i] + (B[i] + B[i])"), Verdict.UNSUPPORTED),
    "through float": (each("-A[i]"), each("(_Float16)(-(float)A[i])"), Verdict.PROVED),
    "a wide accumulator": (
        half("float s = 0; for (int i = 0; i < n; ++i) s += (float)A[i]; T[0] = s;", "float"),
        half("_Float16 s = 0; for (int i = 0; i < n; ++i) s += A[i]; T[0] = (float)s;", "float"),
        Verdict.UNSUPPORTED,
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_a_rounding_is_where_the_text_has_one(written, name: str) -> None:
    source, target, verdict = PAIRS[name]
    assert answer(written(source, ".cpp"), written(target, ".cpp"), {"n": 5}).verdict is verdict
