"""Divisions of integers: by constants as isl does them, by sizes as the digits of the numbers that are divided (digits.py)."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic import digits
from xpiler.verify.symbolic.decoding import settled
from xpiler.verify.symbolic.integers import Int, Monomial
from xpiler.verify.symbolic.ranges import nonnegative
from xpiler.verify.symbolic.sets import PwAff, coordinates, holds, mentions, name, number
from xpiler.verify.symbolic.walker import Walker


def _divisor(b: Int) -> int:
    found = b.constant
    if found is None or found <= 0:
        raise NotModelled("a division by something else than a positive constant")
    return found


def divided(rounding: str, signed: bool):
    """Division by a constant; unsigned only of what is not negative."""

    def apply(w: Walker, op: ir.Operation, a: Int, b: Int) -> Int:
        size = w.symbols.factors(b)
        if size is not None:
            return _by_size(w, a, size, rounding)
        by = number(_divisor(b))
        if not signed and not nonnegative(w, a):
            raise NotModelled("an unsigned division of what may be negative")
        value = a.affine(w.symbols, "a dividend")
        if w.reading.has_shares and rounding != "ceil" and _is_a_size(w, value):
            return _named_quotient(w, value, _divisor(b), rounding)
        if rounding in ("remainder", "truncated"):
            whole = (value.tdiv_r(by) if rounding == "remainder" else value.tdiv_q(by)).coalesce()
            return of_lanes(w, whole)
        quotient = value.div(by)
        return Int.of(quotient.floor() if rounding == "floor" else quotient.ceil())

    return apply


def _by_size(w: Walker, a: Int, size: Monomial, rounding: str) -> Int:
    """A division by a size: of a number of instances by the digits that it is walked in."""
    if rounding == "ceil":
        raise NotModelled("a division by a size that is rounded up")
    digits.must_divide(w, size)
    found = digits.divided(a, size, w.symbols, w.domain.intersect_params(w.box.sizes))
    if isinstance(found, tuple):
        return found[rounding == "remainder"]
    ((unit, part),) = found.parts.items()
    wanted = digits.without(size, unit)
    for place, number_ in reversed(w.counted):
        if wanted and digits.is_same(Int.of(part), number_):
            raise digits.DigitsWanted(place, wanted)
    raise NotModelled("a division by something else than a positive constant")


def of_lanes(w: Walker, quotient: PwAff) -> Int:
    """A quotient or a remainder; of a lane's number in its block it is a warp's or a lane's, which are coordinates."""
    return Int.of(settled(quotient, w.domain) if any(mentions(quotient, lane) for lane in w.lanes) else quotient)


def _is_a_size(w: Walker, value: PwAff) -> bool:
    """Whether an integer depends on sizes, on nothing else, and is not negative, at any of those that the verdict is about."""
    return not value.is_cst() and all(map(w.symbols.is_size, coordinates(value))) and holds(value.ge_set(number(0)), w.box.sizes)


def _named_quotient(w: Walker, value: PwAff, by: int, rounding: str) -> Int:
    """The quotient or the remainder of a size, by a name for the quotient: what makes shares of sizes is divided once, and then linear."""
    of = w.symbols.quotient(value, by)
    w.box.sizes = w.box.sizes.intersect(w.symbols.is_quotient(of))
    quotient = name(of)
    return Int.of(value.sub(quotient.mul(number(by))) if rounding == "remainder" else quotient)
