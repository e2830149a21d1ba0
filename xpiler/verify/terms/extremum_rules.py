"""Rules for maximum and minimum: sets, since both are associative, commutative and idempotent."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.polynomial import UNIT, Frozen, Polynomial, constant_of, freeze, single_atom
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

# The largest finite number of a type: what an element of a buffer cannot exceed, given that inputs are finite.
LARGEST = {
    "f16": Fraction(65504),
    "bf16": Fraction(255 * 2**120),
    "f32": Fraction((2**24 - 1) * 2**104),
    "f64": Fraction((2**53 - 1) * 2**971),
}


def extremum(forms: NormalForm, node: Term) -> Polynomial:
    """min(a, b) = -max(-a, -b), so one operator on a set of forms does for both."""
    sign = 1 if node.kind == "max" else -1
    members: dict[Frozen, Polynomial] = {}
    _collect(forms, node, sign, members)
    members = without_bounded_constants(forms, members)
    if not members:
        raise NotModelled("the maximum of nothing but infinities")
    if len(members) == 1:
        result = next(iter(members.values()))
    else:
        result = forms.atom("max", tuple(sorted(members)))
    return result if sign > 0 else {m: -c for m, c in result.items()}


def _collect(forms: NormalForm, node: Term, sign: int, members: dict[Frozen, Polynomial]) -> None:
    """Flattens nested maxima; max(-inf, x) = x."""
    pending = [(node, sign)]
    while pending:
        forms.budget.spend()
        term, direction = pending.pop()
        if term.kind == ("max" if direction > 0 else "min"):
            pending += [(term.args[0], direction), (term.args[1], direction)]
        elif term.kind == "neg":
            pending.append((term.args[0], -direction))
        elif term.kind == "inf":
            if term.args[0] * direction > 0:
                raise NotModelled("the maximum with an infinity")
        else:
            form = forms.real(term)
            _insert(forms, form if direction > 0 else {m: -c for m, c in form.items()}, members)


def _insert(forms: NormalForm, form: Polynomial, members: dict[Frozen, Polynomial]) -> None:
    atom = single_atom(form)
    if atom is not None and forms.atoms.key(atom)[0] == "max":
        for inner in forms.atoms.key(atom)[1]:
            members[inner] = dict(inner)
    else:
        members[freeze(form)] = form


def without_bounded_constants(forms: NormalForm, members: dict[Frozen, Polynomial]) -> dict[Frozen, Polynomial]:
    """Of constants only the largest counts, and none that an element of a buffer cannot be below (-FLT_MAX)."""
    constants = [constant_of(p) for p in members.values() if constant_of(p) is not None]
    if not constants:
        return members
    rest = {key: p for key, p in members.items() if constant_of(p) is None}
    largest = max(constants)
    bounds = [bound for p in rest.values() if (bound := _lower_bound(forms, p)) is not None]
    if bounds and max(bounds) >= largest:
        return rest
    form: Polynomial = {UNIT: largest} if largest else {}
    return {**rest, freeze(form): form}


def _lower_bound(forms: NormalForm, form: Polynomial) -> Fraction | None:
    """A number a form is never below: an element of a float buffer, or its negation, is at least minus the largest."""
    if len(form) != 1:
        return None
    (monomial, coefficient), *_ = form.items()
    if abs(coefficient) != 1 or len(monomial) != 1 or monomial[0][1] != 1:
        return None
    key = forms.atoms.key(monomial[0][0])
    return -LARGEST[key[3]] if key[0] == "leaf" and key[3] in LARGEST else None
