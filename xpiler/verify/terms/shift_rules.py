"""Sums of exponentials up to a common factor: exp(x - m) / sum of exp(y - m) is the same for every m.

So softmax by the maximum of a row, by that of the part that was read last, and by a maximum with the lowest float are one quotient.
The lemmas are `common_factor_cancels` and `adding_keeps_the_order` (lemmas.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.polynomial import UNIT, Monomial, Polynomial, accumulate, freeze, times
from xpiler.verify.terms.product_rules import merge_exponentials

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm


def unshifted(forms: NormalForm, polynomial: Polynomial) -> tuple[Polynomial, Polynomial]:
    """(exp(a), q) for p = exp(a) q, where q is the same for all p that differ by such a factor; exp(a) has no zero.

    a is the least argument of the exponentials in p, in an order of polynomials that adding to both sides does not change: so the least
    one of exp(b) p is a + b, and q is what it was.
    """
    arguments = [_argument(forms, monomial) for monomial in polynomial]
    if not any(arguments):
        return {UNIT: 1}, polynomial
    least = arguments[0]
    for argument in arguments[1:]:
        if _is_below(argument, least):
            least = argument
    if not least:
        return {UNIT: 1}, polynomial
    forms.budget.spend(len(polynomial))
    back = _exponential(forms, least, -1)
    return {_exponential(forms, least, 1): 1}, {merge_exponentials(forms, times(m, back)): c for m, c in polynomial.items()}


def _argument(forms: NormalForm, monomial: Monomial) -> Polynomial:
    """The argument of the exponential in a product, which has one at most; 0 for none, as exp(0) = 1."""
    return next((dict(key[1]) for atom, _ in monomial if (key := forms.atoms.key(atom))[0] == "exp"), {})


def _is_below(a: Polynomial, b: Polynomial) -> bool:
    """Whether the first coefficient of b - a is positive: an order of all polynomials, and a + c is below b + c where a is below b."""
    difference = dict(b)
    accumulate(difference, a, -1)
    return bool(difference) and min(difference.items())[1] > 0


def _exponential(forms: NormalForm, argument: Polynomial, factor: int) -> Monomial:
    return ((forms.atoms.number(("exp", freeze({monomial: factor * c for monomial, c in argument.items()}))), 1),)
