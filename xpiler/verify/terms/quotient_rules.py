"""Rules for quotients of reals: a quotient is a product with a reciprocal, and reciprocals have one form."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.polynomial import UNIT, Polynomial, accumulate, constant_of, divided_by, freeze, whole
from xpiler.verify.terms.product_rules import multiply
from xpiler.verify.terms.shift_rules import unshifted
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm


def divided(forms: NormalForm, node: Term) -> Polynomial:
    """a / b = a * (1 / b) wherever b is not zero; where it is, neither side has a value."""
    return multiply(forms, forms.real(node.args[0]), reciprocal(forms, forms.real(node.args[1])))


def reciprocal(forms: NormalForm, polynomial: Polynomial) -> Polynomial:
    """1 / (c p) = (1 / c) (1 / p) for a constant c other than zero; 1 / exp(a) = exp(-a).

    x * (1 / x) is not 1 here: that needs x other than zero.
    """
    number = constant_of(polynomial)
    if number is not None:
        if number == 0:
            raise NotModelled("division by zero")
        return {UNIT: whole(Fraction(1) / number)}
    leading = min(polynomial.items())[1]
    monic = divided_by(polynomial, leading)
    if len(monic) > 1:
        turned = logistic(forms, polynomial)
        return _reciprocal_of_sum(forms, polynomial) if turned is None else turned
    result: Polynomial = {UNIT: whole(Fraction(1) / leading)}
    for atom, power in next(iter(monic)):
        for _ in range(power):
            result = multiply(forms, result, _reciprocal_of_atom(forms, atom))
    return result


def _reciprocal_of_sum(forms: NormalForm, polynomial: Polynomial) -> Polynomial:
    """1 / (exp(a) q) = exp(-a) (1 / q), for the q that all sums with such a factor share."""
    factor, rest = unshifted(forms, polynomial)
    leading = min(rest.items())[1]
    atom = divided_by(forms.atom("reciprocal", freeze(divided_by(rest, leading))), leading)
    return multiply(forms, atom, reciprocal(forms, factor)) if rest is not polynomial else atom


def logistic(forms: NormalForm, polynomial: Polynomial) -> Polynomial | None:
    """1 / (a + b exp(-p)) = (1 - b / (b + a exp(p))) / a for a other than zero: of the two the one with p positive.

    exp(p) has no zero, so both sides have a value for the same reals.
    """
    constant = polynomial.get(UNIT, 0)
    rest = [(m, c) for m, c in polynomial.items() if m != UNIT]
    if not constant or len(rest) != 1:
        return None
    (monomial, factor), *_ = rest
    if len(monomial) != 1 or monomial[0][1] != 1 or forms.atoms.key(monomial[0][0])[0] != "exp":
        return None
    argument = dict(forms.atoms.key(monomial[0][0])[1])
    if min(argument.items())[1] > 0:
        return None
    atom = forms.atoms.number(("exp", freeze({m: -c for m, c in argument.items()})))
    result: Polynomial = {UNIT: Fraction(1) / constant}
    other = reciprocal(forms, {UNIT: Fraction(factor), ((atom, 1),): Fraction(constant)})
    accumulate(result, other, -Fraction(factor) / constant)
    return result


def _reciprocal_of_atom(forms: NormalForm, atom: int) -> Polynomial:
    key = forms.atoms.key(atom)
    if key[0] == "exp":
        return forms.atom("exp", freeze({m: -c for m, c in key[1]}))
    return forms.atom("reciprocal", freeze({((atom, 1),): 1}))
