"""Rules for products of reals: they expand, and exponentials in them become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms.polynomial import Monomial, Polynomial, accumulate, freeze, product, times
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

MOST_EXPANDED = 4000


def multiplied(forms: NormalForm, node: Term) -> Polynomial:
    """Products expand: multiplication distributes over addition. Beyond a size a factor that is a sum stays whole."""
    result = forms.real(node.args[0])
    return multiply(forms, result, forms.real(node.args[1]))


def multiply(forms: NormalForm, a: Polynomial, b: Polynomial) -> Polynomial:
    """The product of two forms, exponentials merged."""
    forms.budget.spend(len(a) * len(b))
    if len(a) * len(b) > MOST_EXPANDED:
        a, b = _whole(forms, a), _whole(forms, b)
    merged: Polynomial = {}
    for monomial, coefficient in product(a, b).items():
        accumulate(merged, {merge_exponentials(forms, monomial): coefficient})
    return merged


def _whole(forms: NormalForm, polynomial: Polynomial) -> Polynomial:
    return polynomial if len(polynomial) <= 1 else forms.atom("sum", freeze(polynomial))


def merge_exponentials(forms: NormalForm, monomial: Monomial) -> Monomial:
    """exp(a) exp(b) = exp(a + b), and exp(a)^k = exp(k a), for all reals."""
    exponentials = tuple(factor for factor in monomial if forms.atoms.key(factor[0])[0] == "exp")
    if not exponentials or (len(exponentials) == 1 and exponentials[0][1] == 1):
        return monomial
    merged = forms.exponentials.get(exponentials)
    if merged is None:
        merged = forms.exponentials[exponentials] = _one_exponential(forms, exponentials)
    return times(tuple(factor for factor in monomial if factor not in exponentials), merged)


def _one_exponential(forms: NormalForm, factors: Monomial) -> Monomial:
    argument: Polynomial = {}
    for atom, power in factors:
        accumulate(argument, dict(forms.atoms.key(atom)[1]), power)
    return ((forms.atoms.number(("exp", freeze(argument))), 1),) if argument else ()
