"""Rules for maximum and minimum: sets, since both are associative, commutative and idempotent."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.terms.exact_integers import ELEMENTS
from xpiler.verify.terms.infinity_rules import infinity_of
from xpiler.verify.terms.polynomial import (
    UNIT,
    Coefficient,
    Frozen,
    Polynomial,
    accumulate,
    constant_of,
    divided_by,
    freeze,
    negative,
    proportional,
    single_atom,
)
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

LIMITS = 2  # members of a clamp's maximum, and of the minimum in it
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
    steps = _steps(members)
    if steps is not None:
        return _of_steps(forms, *steps)
    turned = _turned(forms, members)
    return forms.atom("max", tuple(sorted(members))) if turned is None else turned


def _steps(members: dict[Frozen, Polynomial]) -> tuple[Polynomial, Coefficient, Coefficient] | None:
    """A form and its least and greatest factor where all members are multiples of it, by numbers of one sign (a leaky relu)."""
    first, *others = members.values()
    if not first or constant_of(first) is not None:
        return None
    leading = min(first)
    form = divided_by(first, first[leading])
    factors = [first[leading]]
    for other in others:
        if not other or {m: other.get(leading, 0) * c for m, c in form.items()} != other:
            return None
        factors.append(other[leading])
    return (form, min(factors), max(factors)) if min(factors) * max(factors) > 0 else None


def _of_steps(forms: NormalForm, form: Polynomial, least: Coefficient, greatest: Coefficient) -> Polynomial:
    """max(c form, d form) for c <= d is d max(form, 0) + c min(form, 0)."""
    result: Polynomial = {}
    accumulate(result, _largest(forms, {freeze(form): form, (): {}}), greatest)
    accumulate(result, _largest(forms, {freeze(negative(form)): negative(form), (): {}}), -least)
    return result


def largest(forms: NormalForm, parts: list[Polynomial]) -> Polynomial:
    """The maximum of some forms, of which some may be maxima."""
    numbers = frozenset[int]().union(*(_of_form(forms, part) for part in parts))
    return _largest(forms, {key: dict(key) for key in map(forms.atoms.key, sorted(numbers))})


def extremum_members(forms: NormalForm, form: Polynomial) -> list[Polynomial]:
    """What a form is the maximum of; nothing where it is none."""
    atom = single_atom(form)
    key = ("",) if atom is None else forms.atoms.key(atom)
    return [dict(member) for member in key[1]] if key[0] == "max" else []


def _turned(forms: NormalForm, members: dict[Frozen, Polynomial]) -> Polynomial | None:
    """max(lo, min(y, hi)) = min(max(y, lo), hi) for lo <= hi: the form that begins with a maximum where y begins with a positive number."""
    if len(members) != LIMITS:
        return None
    parts = _clamp(forms, *members.values())
    if parts is None or min(parts[1].items())[1] > 0:
        return None
    low, y, high = parts
    inner = forms.atom("max", tuple(sorted((freeze(y), freeze(_number(low))))))
    return negative(forms.atom("max", tuple(sorted((freeze(_number(-high)), freeze(negative(inner)))))))


def _clamp(forms: NormalForm, a: Polynomial, b: Polynomial) -> tuple[Coefficient, Polynomial, Coefficient] | None:
    """lo, y and hi of the maximum of lo and min(y, hi), lo <= hi, in either order."""
    if constant_of(a) is None:
        a, b = b, a
    low, parts = constant_of(a), extremum_members(forms, negative(b))
    if low is None or len(parts) != LIMITS:
        return None
    y, limit = parts if constant_of(parts[0]) is None else parts[::-1]
    high = constant_of(limit)
    return None if high is None or constant_of(y) is not None or low > -high else (low, negative(y), -high)


def limits(forms: NormalForm, form: Polynomial) -> tuple[Coefficient, Coefficient] | None:
    """Between which constants a form is clamped, whichever of the two is the outer one."""
    for sign in (1, -1):
        members = extremum_members(forms, form if sign > 0 else negative(form))
        parts = _clamp(forms, *members) if len(members) == LIMITS and any(constant_of(m) is not None for m in members) else None
        if parts is not None:
            return (parts[0], parts[2]) if sign > 0 else (-parts[2], -parts[0])
    return None


def _number(number: Coefficient) -> Polynomial:
    return {UNIT: number} if number else {}


def clamped(forms: NormalForm, condition: Polynomial, yes: Polynomial, no: Polynomial) -> Polynomial | None:
    """`y < lo ? lo : min(y, hi)` with lo <= hi is the maximum of lo and min(y, hi): below lo both are lo, from there on it is at least lo.

    The condition says that a form is below zero, or at most zero. `y > hi ? hi : max(y, lo)` is the same turned round.
    """
    for sign in (1, -1):
        limit, other = (yes, no) if sign > 0 else (negative(yes), negative(no))
        parts = _clamp(forms, limit, other) if constant_of(limit) is not None else None
        if parts is not None:
            difference = dict(parts[1])
            accumulate(difference, limit, -1)
            if proportional(difference, condition):
                result = largest(forms, [limit, other])
                return result if sign > 0 else negative(result)
    return None


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
    """The members that a part that is no such operator adds; max(-inf, x) = x for all reals."""
    while term.kind == "neg":
        term, direction = term.args[0], -direction
    if _is_same(term, direction):
        return _members(forms, term, direction)
    infinity = direction * infinity_of(forms, term)
    if infinity > 0:
        raise NotModelled("the maximum with an infinity")
    if infinity:
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
    bounds = [bound for p in rest.values() if (bound := lower_bound(forms, p)) is not None]
    if bounds and max(bounds) >= largest:
        return rest
    form: Polynomial = {UNIT: largest} if largest else {}
    return {**rest, freeze(form): form}


def lower_bound(forms: NormalForm, form: Polynomial) -> Fraction | None:
    """A number a form is never below: an element of a float buffer, or its negation, is at least minus the largest."""
    if len(form) != 1:
        return None
    (monomial, coefficient), *_ = form.items()
    if abs(coefficient) != 1 or len(monomial) != 1 or monomial[0][1] != 1:
        return None
    key = forms.atoms.key(monomial[0][0])
    return -LARGEST[key[3]] if key[0] in ELEMENTS and key[3] in LARGEST else None
