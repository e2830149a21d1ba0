"""The least of the places whose value is the greatest of all: how lanes of values and places become one place.

    min over l of (x_l == m ? p_l : the greatest integer),  m the greatest of all x_l

Where p_l is the first place of the greatest value x_l of a set of members, that is the first place of the greatest of all sets together:
some x_l is m, and of those the set whose place comes first has the first member that is m. The same holds of the least values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.verify.terms import first_rules
from xpiler.verify.terms.extremum_rules import largest
from xpiler.verify.terms.polynomial import Polynomial, constant_of, negative
from xpiler.verify.terms.term import Term, Value

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

Lane = tuple[list[Polynomial], Polynomial]  # the two sides of `x_l == m`, and the place


def least_place(forms: NormalForm, node: Term, width: int) -> Polynomial | None:
    """A minimum of chosen places as the place of a greatest (or least) value; None where it is none."""
    lanes = [_lane(forms, leaf, width) for leaf in _leaves(node)]
    if None in lanes:
        return None
    for greatest in lanes[0][0]:
        values = [_other(sides, greatest) for sides, _ in lanes]
        members = None if None in values else _members(forms, values, [place for _, place in lanes], greatest, width)
        if members is not None:
            return first_rules.form_of(forms, members, width)
    return None


def _leaves(node: Value) -> list[Value]:
    if isinstance(node, Term) and node.kind == "int" and node.args[0] == "minsi":
        return [*_leaves(node.args[2]), *_leaves(node.args[3])]
    return [node]


def _lane(forms: NormalForm, leaf: Value, width: int) -> Lane | None:
    """What a lane compares, and its place, which it gives up for the greatest integer where the sides differ."""
    if not isinstance(leaf, Term) or leaf.kind != "select":
        return None
    condition, place, otherwise = leaf.args
    is_equal = isinstance(condition, Term) and condition.kind == "compare" and condition.args[0] in first_rules.EQUAL
    if not is_equal or constant_of(forms.integer(otherwise, width)) != (1 << (width - 1)) - 1:
        return None
    return [forms.real(side) for side in condition.args[1:]], forms.integer(place, width)


def _other(sides: list[Polynomial], greatest: Polynomial) -> Polynomial | None:
    if greatest not in sides:
        return None
    return sides[1] if sides[0] == greatest else sides[0]


def _members(
    forms: NormalForm, values: list[Polynomial], places: list[Polynomial], greatest: Polynomial, width: int
) -> first_rules.Members | None:
    """The members of all lanes' sets, if `greatest` is the greatest, or the least, of just their values."""
    for turn in (lambda form: form, negative):
        sets = [first_rules.members_of(forms, place, turn(value), width) for value, place in zip(values, places, strict=True)]
        if None not in sets and largest(forms, list(map(turn, values))) == turn(greatest):
            return frozenset().union(*sets)
    return None
