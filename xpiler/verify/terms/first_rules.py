"""Where the greatest of some reals stands, the first place of several: one form for all ways of looking for it.

A place and a value that lanes, threads or pieces hand on together are the first place of the greatest of a set of members (place, value).
Two sets are joined by a comparison of their greatest values; where these are equal the earlier place must win. The set is what counts:
not the order in which it was looked through, nor the tree in which lanes met.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xpiler.verify.terms.extremum_rules import extremum_members, largest, lower_bound
from xpiler.verify.terms.polynomial import UNIT, Frozen, Polynomial, constant_of, freeze, negative, reduced
from xpiler.verify.terms.term import Term, Value

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

KIND = "first"  # of atoms: ("first", members), an integer that is not negative
Members = frozenset[tuple[int, Frozen]]
EQUAL = frozenset({1, 8})  # predicates of arith.cmpf
GREATER = {2: (False, False), 9: (False, False), 3: (True, False), 10: (True, False)}  # whether ties count, whether operands are swapped
GREATER |= {4: (False, True), 11: (False, True), 5: (True, True), 12: (True, True)}
EARLIER = {2: False, 3: False, 4: True, 5: True}  # signed predicates of arith.cmpi: whether operands are swapped
TRUE = (1, -1)  # as i1
PAIR = 2


def first_of(forms: NormalForm, node: Term, width: int) -> Polynomial | None:
    """A choice between two places by their values as a form; None where it is none."""
    joined = _looked_up(forms, node, width) or _joined(forms, node, width)
    return None if joined is None else form_of(forms, joined, width)


def _joined(forms: NormalForm, node: Term, width: int) -> Members | None:
    """`b > a ? place of b : place of a`, where both are the first places of the greatest of sets, is that of both sets.

    Where a = b, the place that is chosen must not be behind the other one: all places of its set come first, or places are compared.
    b > a is -a > -b as well: so it is the place of the least.
    """
    condition, *places = node.args
    found = _comparison(forms, condition, places, width)
    if found is None:
        return None
    chosen, other = (forms.real(value) for value in found.values)
    for values in ((chosen, other), (negative(other), negative(chosen))):
        sides = [members_of(forms, forms.integer(place, width), value, width) for place, value in zip(places, values, strict=True)]
        if None not in sides and (found.by_place or _is_before(*(sides if found.counts_ties else sides[::-1]))):
            return sides[0] | sides[1]
    return None


def _is_before(winner: Members, other: Members) -> bool:
    """Whether no place of the set that wins ties is behind one of the other."""
    return max(place for place, _ in winner) <= min(place for place, _ in other)


class _Comparison(NamedTuple):
    """That the first value is greater, or at least as great, or as great with the first place before the second."""

    values: tuple[Term, Term]
    counts_ties: bool
    by_place: bool


def _comparison(forms: NormalForm, condition: Value, places: list[Value], width: int) -> _Comparison | None:
    """`b > a`, `b >= a`, or `b > a || (b == a && place of b < place of a)`."""
    plain = _plain(condition)
    if plain is not None:
        return plain
    for greater, tie in _alternatives(condition, "ori"):
        plain = _plain(greater)
        if plain is None:
            continue
        if _is_tie(forms, plain.values, tie):
            return plain._replace(counts_ties=True)
        for same, earlier in _alternatives(tie, "andi") if not plain.counts_ties else []:
            if _is_tie(forms, plain.values, same) and _is_earlier(forms, earlier, places, width):
                return plain._replace(by_place=True)
    return None


def _plain(condition: Value) -> _Comparison | None:
    if not isinstance(condition, Term) or condition.kind != "compare" or condition.args[0] not in GREATER:
        return None
    predicate, a, b = condition.args
    counts_ties, swapped = GREATER[predicate]
    return _Comparison((b, a) if swapped else (a, b), counts_ties, False)


def _alternatives(condition: Value, operation: str) -> list[tuple[Value, Value]]:
    """Both orders of what `a || b` or `a && b` combines, also where b is only asked for if a does not decide."""
    if not isinstance(condition, Term):
        return []
    if condition.kind == "int" and condition.args[:2] == (operation, 1):
        a, b = condition.args[2:]
        return [(a, b), (b, a)]
    if condition.kind != "select":
        return []
    first, yes, no = condition.args
    if operation == "ori":
        return [(first, no)] if yes in TRUE else []
    return [(first, yes)] if no == 0 else []


def _is_tie(forms: NormalForm, values: tuple[Term, Term], condition: Value) -> bool:
    """Whether a condition says that the values are equal."""
    if not isinstance(condition, Term) or condition.kind != "compare" or condition.args[0] not in EQUAL:
        return False
    operands = [forms.real(value) for value in values]
    return [forms.real(value) for value in condition.args[1:]] in (operands, operands[::-1])


def _is_earlier(forms: NormalForm, condition: Value, places: list[Value], width: int) -> bool:
    """Whether a condition says that the place that is chosen is before the other one; where they are one, either will do."""
    if not isinstance(condition, Term) or condition.kind != "icompare" or condition.args[1] != width or condition.args[0] not in EARLIER:
        return False
    left, right = condition.args[:1:-1] if EARLIER[condition.args[0]] else condition.args[2:]
    return [forms.integer(place, width) for place in (left, right)] == [forms.integer(place, width) for place in places]


def _looked_up(forms: NormalForm, node: Term, width: int) -> Members | None:
    """`x == m ? i : y == m ? j : ...` with i <= j, ..., for m the greatest of just x, y, ...; what is behind is never asked."""
    found: list[tuple[int, Frozen]] = []
    greatest: Polynomial | None = None
    wanted: frozenset[Frozen] = frozenset()
    while isinstance(node, Term) and node.kind == "select":
        condition, place, node = node.args
        pair = _equal_to(forms, condition, greatest)
        number = constant_of(forms.integer(place, width)) if pair else None
        if pair is None or number is None:
            return None
        value, greatest = pair
        wanted = wanted or _values(forms, greatest)
        found.append((_signed(number, width), freeze(value)))
        if freeze(value) not in wanted or found[-2:] != sorted(found[-2:], key=lambda member: member[0]):
            return None
        if {value for _, value in found} == wanted:
            return frozenset(found)
    return None


def _equal_to(forms: NormalForm, condition: Value, greatest: Polynomial | None) -> tuple[Polynomial, Polynomial] | None:
    """(x, m) of `x == m`, where m is a maximum, and the given one if there is one; (-x, -m) where m is a minimum."""
    if not isinstance(condition, Term) or condition.kind != "compare" or condition.args[0] not in EQUAL:
        return None
    a, b = (forms.real(value) for value in condition.args[1:])
    for value, other in ((a, b), (b, a), (negative(a), negative(b)), (negative(b), negative(a))):
        if other == greatest if greatest is not None else extremum_members(forms, other):
            return value, other
    return None


def _values(forms: NormalForm, greatest: Polynomial) -> frozenset[Frozen]:
    return frozenset(map(freeze, extremum_members(forms, greatest) or [greatest]))


def members_of(forms: NormalForm, place: Polynomial, greatest: Polynomial, width: int) -> Members | None:
    """The members that a place is the first of, whose greatest value must be the given one; a constant place is that of any values."""
    base = _signed(place.get(UNIT, 0), width)
    rest = [(m, c) for m, c in place.items() if m != UNIT]
    if not rest:
        return frozenset((base, value) for value in _values(forms, greatest))
    (monomial, factor), *more = rest
    if more or factor != 1 or len(monomial) != 1 or monomial[0][1] != 1 or forms.atoms.key(monomial[0][0])[0] != KIND:
        return None
    members = frozenset((base + number, value) for number, value in forms.atoms.key(monomial[0][0])[1])
    if max(number for number, _ in members) >= 1 << (width - 1):
        return None
    for reading in (members, _turned(members)):
        if reading is not None and largest(forms, [dict(value) for _, value in reading]) == greatest:
            return reading
    return None


def _turned(members: Members) -> Members | None:
    """Of i for x and j for y, i < j: i for -y and j for -x, which are the same, as y > x where -x > -y; None for any other number."""
    if len(members) != PAIR:
        return None
    (i, x), (j, y) = sorted(members)
    return frozenset({(i, _negated(y)), (j, _negated(x))}) if i < j else None


def _negated(value: Frozen) -> Frozen:
    return tuple((monomial, -coefficient) for monomial, coefficient in value)


def form_of(forms: NormalForm, members: Members, width: int) -> Polynomial:
    """The one form of the first place: places count from the first of them."""
    forms.budget.spend(len(members))
    kept = _needed(forms, members)
    base = min(place for place, _ in kept)
    form: Polynomial = {UNIT: base} if base else {}
    if any(place != base for place, _ in kept):
        readings = [tuple(sorted((place - base, value) for place, value in m)) for m in (kept, _turned(kept)) if m is not None]
        form = {**form, **forms.atom(KIND, min(readings))}
    return reduced(form, width)


def _needed(forms: NormalForm, members: Members) -> Members:
    """Of one value the first place; no constant that a value at its place or before is never below (-FLT_MAX)."""
    first: dict[Frozen, int] = {}
    for place, value in sorted(members):
        first.setdefault(value, place)
    bounds = [(place, bound) for value, place in first.items() if (bound := lower_bound(forms, dict(value))) is not None]
    return frozenset(
        (place, value)
        for value, place in first.items()
        if (number := constant_of(dict(value))) is None or not any(before <= place and bound >= number for before, bound in bounds)
    )


def _signed(number: int, width: int) -> int:
    half = 1 << (width - 1)
    return (int(number) + half) % (1 << width) - half
