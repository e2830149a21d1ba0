"""Comparisons of whole numbers with zero as keys of conditions."""

from __future__ import annotations

import math

from xpiler.verify.terms.polynomial import UNIT, Polynomial


def below_zero(form: Polynomial) -> object:
    """The key of `form < 0`; True or False where it is one of them. g p + c < 0 iff p + floor(c / g) < 0 for whole numbers."""
    rest, number = _split(form)
    if not rest:
        return number < 0
    divisor = math.gcd(*rest.values())
    return ("zless", _key({m: c // divisor for m, c in rest.items()}, number // divisor))


def is_zero(form: Polynomial) -> object:
    """The key of `form = 0`, whichever sign it has; True or False where it is one of them."""
    rest, number = _split(form)
    if not rest:
        return number == 0
    divisor = math.gcd(*rest.values())
    if number % divisor:
        return False
    if min(rest.items())[1] < 0:
        divisor = -divisor
    return ("zequal", _key({m: c // divisor for m, c in rest.items()}, number // divisor))


def _split(form: Polynomial) -> tuple[Polynomial, int]:
    return {m: int(c) for m, c in form.items() if m != UNIT}, int(form.get(UNIT, 0))


def _key(rest: Polynomial, number: int) -> tuple:
    """The parts of a form as a key: what depends on data, and the constant."""
    return tuple(sorted(rest.items())), number
