"""Rules for maximum and minimum: sets, since both are associative, commutative and idempotent."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.polynomial import UNIT, Frozen, Polynomial, constant_of, freeze, single_atom
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

MEMBERS_A_STEP = 16  # a union of sets is quick

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
    members = _members(forms, node, sign)
    result = forms.maxima.get(members)
    if result is None:
        result = forms.maxima[members] = _largest(forms, {key: dict(key) for key in map(forms.atoms.key, sorted(members))})
    return result if sign > 0 else {m: -c for m, c in result.items()}


def _largest(forms: NormalForm, members: dict[Frozen, Polynomial]) -> Polynomial:
    """The maximum of some forms as a polynomial."""
    members = without_bounded_constants(forms, members)
    if not members:
        raise NotModelled("the maximum of nothing but infinities")
    if len(members) == 1:
        return next(iter(members.values()))
    return forms.atom("max", tuple(sorted(members)))


def _members(forms: NormalForm, node: Term, sign: int) -> frozenset[int]:
    """The numbers of the forms that a nested maximum is the largest of, kept for each part: lanes share most of theirs."""
    pending = [(node, sign)]
    while pending:
        term, direction = pending[-1]
        parts = [(a, direction) for a in term.args] if term.kind in ("max", "min") else []
        missing = [part for part in parts if _is_same(*part) and part not in forms.members]
        if (term, direction) in forms.members or not missing:
            forms.members.setdefault((term, direction), _joined(forms, parts))
            pending.pop()
        else:
            pending += missing
    return forms.members[node, sign]


def _is_same(term: Term, direction: int) -> bool:
    """Whether a term is an operator of the direction: a maximum, or a minimum that is turned round."""
    return term.kind == ("max" if direction > 0 else "min")


def _joined(forms: NormalForm, parts: list[tuple[Term, int]]) -> frozenset[int]:
    found: frozenset[int] = frozenset()
    for part in parts:
        found |= forms.members[part] if _is_same(*part) else _of_part(forms, *part)
        forms.budget.spend(1 + len(found) // MEMBERS_A_STEP)
    return found


def _of_part(forms: NormalForm, term: Term, direction: int) -> frozenset[int]:
    """The members that a part that is no such operator adds; max(-inf, x) = x."""
    while term.kind == "neg":
        term, direction = term.args[0], -direction
    if _is_same(term, direction):
        return _members(forms, term, direction)
    if term.kind == "inf":
        if term.args[0] * direction > 0:
            raise NotModelled("the maximum with an infinity")
        return frozenset()
    form = forms.real(term)
    return _of_form(forms, form if direction > 0 else {m: -c for m, c in form.items()})


def _of_form(forms: NormalForm, form: Polynomial) -> frozenset[int]:
    atom = single_atom(form)
    if atom is not None and forms.atoms.key(atom)[0] == "max":
        return frozenset(map(forms.atoms.number, forms.atoms.key(atom)[1]))
    return frozenset({forms.atoms.number(freeze(form))})


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
