"""What infinity_rules.py and shift_rules.py rest on, as formulas that Z3 decides (test_lemmas.py).

Each function returns an implication that must be valid. Infinities are those of IEEE floats, by Z3's own theory of them.
"""

from __future__ import annotations

import z3

FLOAT = z3.FPSort(8, 24)
INFINITY, MINUS_INFINITY = z3.fpPlusInfinity(FLOAT), z3.fpMinusInfinity(FLOAT)
NEAREST = z3.RNE()


def _number(name: str) -> tuple[z3.FPRef, z3.BoolRef]:
    """A float, and that it is a number."""
    x = z3.FP(name, FLOAT)
    return x, z3.Not(z3.Or(z3.fpIsNaN(x), z3.fpIsInf(x)))


def infinity_absorbs_a_number() -> z3.BoolRef:
    """inf + x = inf, and -inf + x = -inf."""
    x, is_number = _number("x")
    sums = [z3.fpAdd(NEAREST, infinity, x) == infinity for infinity in (INFINITY, MINUS_INFINITY)]
    return z3.Implies(is_number, z3.And(sums))


def infinity_times_a_number() -> z3.BoolRef:
    """inf * x = inf for x > 0."""
    x, is_number = _number("x")
    return z3.Implies(z3.And(is_number, z3.fpGT(x, z3.FPVal(0, FLOAT))), z3.fpMul(NEAREST, INFINITY, x) == INFINITY)


def minus_infinity_is_no_maximum() -> z3.BoolRef:
    """max(-inf, x) = x, and max(inf, x) = inf."""
    x, is_number = _number("x")
    return z3.Implies(is_number, z3.And(z3.fpMax(MINUS_INFINITY, x) == x, z3.fpMax(INFINITY, x) == INFINITY))


def numbers_are_between_infinities() -> z3.BoolRef:
    """-inf < x < inf."""
    x, is_number = _number("x")
    return z3.Implies(is_number, z3.And(z3.fpLT(MINUS_INFINITY, x), z3.fpLT(x, INFINITY)))


def common_factor_cancels() -> z3.BoolRef:
    """1 / (e q) = (1 / e) (1 / q) for an e that has no zero, where either side has a value: e q is zero iff q is."""
    e, q = z3.Reals("e q")
    return z3.Implies(e != 0, z3.And((e * q != 0) == (q != 0), z3.Implies(q != 0, 1 / (e * q) == (1 / e) * (1 / q))))


def adding_keeps_the_order() -> z3.BoolRef:
    """Of pairs of coefficients, the one that is less at the first place that differs is so as well when both are moved alike."""
    a, b, c = (z3.Reals(f"{of}0 {of}1") for of in "abc")
    moved = [[x + y for x, y in zip(pair, c, strict=True)] for pair in (a, b)]
    return z3.Implies(_first_is_less(a, b), _first_is_less(*moved))


def _first_is_less(a: list[z3.ArithRef], b: list[z3.ArithRef]) -> z3.BoolRef:
    return z3.Or(a[0] < b[0], z3.And(a[0] == b[0], a[1] < b[1]))


LEMMAS = (
    infinity_absorbs_a_number,
    infinity_times_a_number,
    minus_infinity_is_no_maximum,
    numbers_are_between_infinities,
    common_factor_cancels,
    adding_keeps_the_order,
)
