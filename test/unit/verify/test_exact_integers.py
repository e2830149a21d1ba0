"""Integers that pass through floats, words that are cut into bytes, and comparisons with an infinity: each rule with its twin."""

from __future__ import annotations

import pytest
from proof_subjects import answer

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.byte_pieces import pieces
from xpiler.verify.terms.term import make
from xpiler.verify.verdict import Verdict

WORDS = '#include <cmath>\nextern "C" void k_kernel({} *A, {} *T, int n) {{ {} }}\n'
EACH = "for (int i = 0; i < n; ++i) T[i] = {};"


def text(of: str, to: str, value: str) -> str:
    return WORDS.format(of, to, EACH.format(value))


@pytest.mark.parametrize(
    ("of", "plain", "through", "verdict"),
    [
        ("short", "A[i]", "(int)(float)A[i]", Verdict.PROVED),
        ("int", "A[i]", "(int)(double)A[i]", Verdict.PROVED),
        ("signed char", "A[i] * A[i]", "(int)((float)A[i] * (float)A[i])", Verdict.PROVED),
        ("signed char", "A[i] * A[i] * A[i]", "(int)rintf((float)(A[i] * A[i] * A[i]))", Verdict.PROVED),
        ("signed char", "A[i] * A[i] + 3", "(int)(long)(A[i] * A[i]) + 3", Verdict.PROVED),
        ("signed char", "(int)((long)A[i] * A[i] >> 3)", "(int)((long)(A[i] * A[i]) >> 3)", Verdict.PROVED),
        ("int", "(int)((long)A[i] * A[i] >> 3)", "(int)((long)(A[i] * A[i]) >> 3)", Verdict.UNSUPPORTED),  # the product wraps in int
        ("signed char", "(unsigned char)(A[i] ^ -128)", "(unsigned char)(A[i] + 128)", Verdict.PROVED),
        ("signed char", "(unsigned char)(A[i] ^ -128)", "(unsigned char)(A[i] + 127)", Verdict.UNSUPPORTED),
        ("int", "A[i]", "(int)(float)A[i]", Verdict.UNSUPPORTED),  # 2^24 + 1 is no float
        ("short", "A[i] * A[i]", "(int)(float)(A[i] * A[i])", Verdict.UNSUPPORTED),
        ("short", "A[i]", "(int)(float)(_Float16)(float)A[i]", Verdict.UNSUPPORTED),
        ("short", "A[i]", "(int)((float)A[i] * 0.5f)", Verdict.UNSUPPORTED),
    ],
)
def test_only_integers_that_the_type_holds_come_back(written, of: str, plain: str, through: str, verdict: Verdict) -> None:
    found = answer(written(text(of, "int", plain), ".cpp"), written(text(of, "int", through), ".cpp"), {"n": 3})
    assert found.verdict is verdict, found


def byte(k: int):
    return make("leaf", "A", k, "i8")


def extended(k: int):
    return make("ext", False, 8, 32, byte(k))


def shifted(k: int, by: int):
    return make("int", "shli", 32, extended(k), by)


def test_bytes_that_are_put_together_come_apart() -> None:
    word = make("int", "ori", 32, extended(0), make("int", "ori", 32, shifted(1, 8), shifted(2, 24)))
    assert pieces(word, 32, 8) == [byte(0), byte(1), 0, byte(2)]
    assert pieces(make("int", "shrui", 32, word, 8), 32, 8) == [byte(1), 0, byte(2), 0]
    flipped = pieces(make("int", "xori", 32, extended(0), -2139062144), 32, 8)
    assert flipped == [make("int", "xori", 8, byte(0), -128), -128, -128, -128]


@pytest.mark.parametrize(
    "word",
    [
        make("int", "addi", 32, extended(0), extended(1)),  # the sum carries
        shifted(1, 4),
        make("ext", True, 8, 32, byte(0)),  # the sign is in all of them
    ],
)
def test_what_crosses_bytes_does_not_come_apart(word) -> None:
    with pytest.raises(NotModelled):
        pieces(word, 32, 8)


LARGEST = "float m = -INFINITY; for (int i = 0; i < n; ++i) m = {}; T[0] = m;"


@pytest.mark.parametrize(
    ("step", "verdict"),
    [
        ("A[i] > m ? A[i] : m", Verdict.PROVED),
        ("m < A[i] ? A[i] : m", Verdict.PROVED),
        ("A[i] > m ? m : A[i]", Verdict.UNSUPPORTED),
        ("A[i] < m ? A[i] : m", Verdict.UNSUPPORTED),
    ],
)
def test_every_element_is_above_minus_infinity(written, step: str, verdict: Verdict) -> None:
    source, target = (WORDS.format("float", "float", LARGEST.format(s)) for s in ("fmaxf(m, A[i])", step))
    assert answer(written(source, ".cpp"), written(target, ".cpp"), {"n": 4}).verdict is verdict
