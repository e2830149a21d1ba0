"""Choices by comparisons of data, lane by lane: what a value or a place is after two pairs were compared.

A lane that takes `other` and `there` where `other > best || (other == best && there < at)` holds the greatest of two sets of values
afterwards, and its place. The first is a plain fold; the second is a fold of pairs, told by the values that stand at the same places
of another array.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

from mlir import ir

from xpiler.analysis.lane_terms import Base, PairOrder, Term, combine
from xpiler.analysis.pair_choices import Condition, Ties, choice_of, comparisons
from xpiler.analysis.reductions import identity_number

_COMPARED = 8  # different comparisons in a condition that is looked at


class Truths(list):
    """A condition on data a lane, or None where it is not known."""


def extreme_operator(kind: ir.Type, greatest: bool) -> str:
    """The fold that takes the greatest or least values of a type."""
    floats = not isinstance(kind, ir.IntegerType | ir.IndexType)
    return f"arith.{'max' if greatest else 'min'}{'numf' if floats else 'si'}"


def picked(condition: Condition | None, yes: Term | None, no: Term | None, kinds: dict[Term, ir.Type], kind: ir.Type) -> Term | None:
    """`condition ? yes : no` as a fold of elements of arrays; `kinds` has the types of what is compared, `kind` is the result's."""
    if condition is None or yes is None or no is None:
        return None
    if isinstance(condition, bool) or yes == no:
        return yes if condition is True or yes == no else no
    pairs = {frozenset((c.left, c.right)) for c in itertools.islice(comparisons(condition), _COMPARED) if c.left != c.right}
    others = [tuple(pair) for pair in pairs - {frozenset((yes, no))}] or [(None, None)]
    if len(others) > 1:
        return None
    for one, other in (others[0], others[0][::-1]):
        found = _value(condition, (yes, one), (no, other), kind) or _place(condition, (one, yes), (other, no), kinds)
        if found is not None:
            return found
    return None


def _value(condition: Condition, new: tuple, old: tuple, kind: ir.Type) -> Term | None:
    """The greater or lesser of two values, whatever is done where they are equal."""
    choice = choice_of(condition, new, old)
    return None if choice is None else combine(extreme_operator(kind, choice.greatest), new[0], old[0], kind)


def _place(condition: Condition, new: tuple, old: tuple, kinds: dict[Term, ir.Type]) -> Term | None:
    """The place of the greater or lesser of two values, if places decide where they are equal."""
    if new[0] is None:
        return None
    choice = choice_of(condition, new, old)
    kind = kinds.get(new[0], kinds.get(old[0]))
    if choice is None or choice.ties is not Ties.BY_PLACE or kind is None:
        return None
    value, place = extreme_operator(kind, choice.greatest), "arith.minsi" if choice.first else "arith.maxsi"
    ours, theirs = (_pairs(v, p, value, place, kind) for v, p in (new, old))
    return None if ours is None or theirs is None else _united(ours, theirs, value, place)


class _Pairs(NamedTuple):
    """The pairs whose greatest a value and a place are: of elements of two arrays, and perhaps one of constants.

    `mask` and `ahead` are as in a Term by a PairOrder.
    """

    values: Base | None
    places: Base | None
    mask: int
    ahead: int
    extras: tuple[tuple[float, int], ...]


def _pairs(value: Term, place: Term, value_operator: str, place_operator: str, kind: ir.Type) -> _Pairs | None:
    """The pairs that a value and a place are the greatest of, if they are of the same ones."""
    if place.operator is None:
        return _single(value, place)
    order = place.operator
    if not isinstance(order, PairOrder) or (order.value, order.place) != (value_operator, place_operator) or order.values != value.base:
        return None
    neutral = identity_number(value_operator, kind)
    extras = tuple(number for number, _ in place.extras if number != neutral)
    if value.mask != order.values_mask(place.mask) or value.extras != extras or value.operator not in (None, value_operator):
        return None
    return _Pairs(order.values, place.base, place.mask, order.ahead, place.extras)


def _single(value: Term, place: Term) -> _Pairs | None:
    """One pair: an element of each array, or two constants."""
    if value.operator is not None:
        return None
    if value.base is None and place.base is None and len(value.extras) == len(place.extras) == 1:
        return _Pairs(None, None, 0, 0, ((value.extras[0], place.extras[0]),))
    if value.base is None or place.base is None or value.extras or place.extras:
        return None
    return _Pairs(value.base, place.base, place.mask, value.mask.bit_length() - place.mask.bit_length(), ())


def _united(a: _Pairs, b: _Pairs, value: str, place: str) -> Term | None:
    """The place of the greatest of all pairs of two sets."""
    arrays = {(pairs.values, pairs.places, pairs.ahead) for pairs in (a, b) if pairs.mask}
    if len(arrays) != 1:
        return None
    values, places, ahead = arrays.pop()
    signs = [1 if "max" in operator else -1 for operator in (value, place)]
    extras = sorted({*a.extras, *b.extras}, key=lambda pair: tuple(s * number for s, number in zip(signs, pair, strict=True)))
    return Term(PairOrder(value, place, values, ahead), places, a.mask | b.mask, tuple(extras[-1:]))
