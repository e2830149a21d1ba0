"""A choice by the sign of a form P between two forms that are zero where P is: `P > 0 ? f(P) : g(P)` is f(max(P, 0)) + g(min(P, 0)).

On either half one of the two is f(0) = 0 or g(0) = 0, and the other one has P itself. Both are polynomials in P and in exponentials of
such; P is replaced by way of an element that it has once, alone: `x = P - rest`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.terms.extremum_rules import largest
from xpiler.verify.terms.polynomial import UNIT, Coefficient, Polynomial, accumulate, freeze, negative, whole
from xpiler.verify.terms.product_rules import multiply

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

ARGUMENT = "the argument of a choice"


def parted(forms: NormalForm, argument: Polynomial, below: Polynomial, above: Polynomial) -> Polynomial | None:
    """The choice as a sum, None where it is none: `below` where the argument is negative, `above` where it is positive."""
    pivot = _pivot(forms, argument)
    if pivot is None:
        return None
    atom, coefficient = pivot
    scaled = {m: whole(Fraction(c) / abs(coefficient)) for m, c in argument.items()}
    sign = 1 if coefficient > 0 else -1
    rest = {m: c for m, c in scaled.items() if m != ((atom, 1),)}
    placeholder = forms.atom(ARGUMENT)
    solved = {m: sign * c for m, c in placeholder.items()}
    accumulate(solved, rest, -sign)
    (number, _), *_ = next(iter(placeholder))
    result: Polynomial = {}
    positive, not_positive = largest(forms, [scaled, {}]), negative(largest(forms, [negative(scaled), {}]))
    for side, half in ((above, positive), (below, not_positive)):
        told = _replaced(forms, side, atom, solved)
        if told is None or _replaced(forms, told, number, {}) != {}:
            return None
        accumulate(result, _replaced(forms, told, number, half))
    return result


def _pivot(forms: NormalForm, form: Polynomial) -> tuple[int, Coefficient] | None:
    """An element that a form has once, times a number."""
    for monomial, coefficient in sorted(form.items()):
        if monomial != UNIT and len(monomial) == 1 and monomial[0][1] == 1 and forms.atoms.key(monomial[0][0])[0] == "leaf":
            atom = monomial[0][0]
            if not any(m != monomial and any(a == atom for a, _ in m) for m in form):
                return atom, coefficient
    return None


def _replaced(forms: NormalForm, form: Polynomial, atom: int, image: Polynomial) -> Polynomial | None:
    """A form with something else for an atom; None where it may be inside of what is no polynomial or exponential."""
    result: Polynomial = {}
    for monomial, coefficient in form.items():
        forms.budget.spend()
        term: Polynomial = {UNIT: coefficient}
        for factor, power in monomial:
            value = image if factor == atom else _moved(forms, factor, atom, image)
            if value is None:
                return None
            for _ in range(power):
                term = multiply(forms, term, value)
        accumulate(result, term)
    return result


def _moved(forms: NormalForm, factor: int, atom: int, image: Polynomial) -> Polynomial | None:
    kind, *parts = forms.atoms.key(factor)
    if kind in ("leaf", ARGUMENT):
        return {((factor, 1),): 1}
    if kind != "exp":
        return None
    exponent = _replaced(forms, dict(parts[0]), atom, image)
    if exponent is None:
        return None
    return forms.atom("exp", freeze(exponent)) if exponent else {UNIT: 1}
