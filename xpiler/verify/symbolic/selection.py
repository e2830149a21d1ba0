"""Choices by a comparison of floats: a maximum or minimum where the branches are what is compared, else a function of the sign."""

from __future__ import annotations

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic import algebra, maxima
from xpiler.verify.symbolic.equality import alike, equal
from xpiler.verify.symbolic.expressions import Function, Poly, atom, number_of, scaled
from xpiler.verify.symbolic.sets import Set
from xpiler.verify.terms.condition_rules import REAL


def selected(predicate: int, a: Poly, b: Poly, yes: Poly, no: Poly, domain: Set) -> Poly:
    """`yes` where `a <predicate> b`, else `no`; comparisons that test for NaN are refused."""
    if predicate not in REAL:
        raise NotModelled("a comparison that tests for NaN")
    relation, swapped = REAL[predicate]
    low, high = (b, a) if swapped else (a, b)
    if equal(low, high, domain):
        raise NotModelled("a comparison of a value with itself, which tests for NaN")
    if equal(yes, no, domain):
        return yes
    if relation in ("below", "at_most"):
        if _is(yes, low, domain) and _is(no, high, domain):
            return maxima.smaller(low, high, domain)
        if _is(yes, high, domain) and _is(no, low, domain):
            return maxima.larger(low, high, domain)
    if algebra.has_infinity(low) or algebra.has_infinity(high):
        raise NotModelled("a comparison with an infinity")
    difference = algebra.add(low, scaled(high, -1), domain)
    if number_of(difference) is not None:
        raise NotModelled("a comparison of constants")
    return atom(Function(f"select:{relation}", (difference, yes, no)))


def _is(branch: Poly, side: Poly, domain: Set) -> bool:
    """Whether a branch is one side of the comparison, an infinity included."""
    return equal(branch, side, domain) or alike(branch, side, domain)
