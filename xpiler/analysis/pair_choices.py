"""Choices between two pairs (value, place) that comparisons decide, and which of them are folds.

`b > a || (b == a && j < i)` takes the greater value and, of equal values, the smaller place. This is the greater of the two pairs
in a total order, so choosing by it again and again is a fold that may be taken in any order and may repeat a pair. Nothing here
looks at how a choice is spelled: two pairs compare in nine ways (each of value and place smaller, equal, greater), NaNs aside,
which no order has; a choice is the fold if it takes the right pair in all nine.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from mlir import ir

SIGNS = (-1, 0, 1)
STATES = [(value, place) for value in SIGNS for place in SIGNS]  # how the values compare, and the places
_MANY = 64  # comparisons in one condition

# predicates of arith.cmpf and arith.cmpi: whether they hold for a smaller, an equal and a greater left side
_FLOATS = {1: (0, 1, 0), 2: (0, 0, 1), 3: (0, 1, 1), 4: (1, 0, 0), 5: (1, 1, 0), 6: (1, 0, 1)}
_FLOATS |= {8: (0, 1, 0), 9: (0, 0, 1), 10: (0, 1, 1), 11: (1, 0, 0), 12: (1, 1, 0), 13: (1, 0, 1), 7: (1, 1, 1), 14: (0, 0, 0)}
_INTEGERS = {0: (0, 1, 0), 1: (1, 0, 1), 2: (1, 0, 0), 3: (1, 1, 0), 4: (0, 0, 1), 5: (0, 1, 1)}
_CONNECTED = {"arith.andi": lambda a, b: a and b, "arith.ori": lambda a, b: a or b, "arith.xori": lambda a, b: a != b}


@dataclass(frozen=True)
class Comparison:
    """A comparison of two things by what holds where the left one is smaller, equal, greater."""

    holds: tuple[int, int, int]
    left: Any
    right: Any


@dataclass(frozen=True)
class Combined:
    """Conditions put together by an operation of arith, or `a ? b : c`."""

    operation: str
    parts: tuple[Any, ...]


Condition = Comparison | Combined | bool


def compared(op: ir.Operation, left: Any, right: Any) -> Comparison | None:
    """The comparison that arith.cmpf or a signed arith.cmpi makes of two things."""
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    holds = (_FLOATS if op.name == "arith.cmpf" else _INTEGERS).get(predicate)
    return None if holds is None or left is None or right is None else Comparison(holds, left, right)


def combined(operation: str, *parts: Condition | None) -> Condition | None:
    """Conditions combined, decided where constants decide; None where one that counts is not known."""
    deciding = {"arith.andi": False, "arith.ori": True}.get(operation)
    if deciding is not None and any(part is deciding for part in parts):
        return deciding
    if operation == "arith.select" and isinstance(parts[0], bool):
        return parts[1] if parts[0] else parts[2]
    if any(part is None for part in parts):
        return None
    truths = tuple(part for part in parts if isinstance(part, bool))
    return _apply(operation, truths) if len(truths) == len(parts) else Combined(operation, parts)


def _apply(operation: str, parts: tuple[bool, ...]) -> bool:
    if operation == "arith.select":
        return parts[1] if parts[0] else parts[2]
    return bool(_CONNECTED[operation](*parts))


def can_combine(operation: str) -> bool:
    """Whether an operation puts conditions together."""
    return operation in _CONNECTED or operation == "arith.select"


def holds(condition: Condition, sign: Callable[[Any, Any], int]) -> bool:
    """Whether a condition holds where `sign` tells how its things compare."""
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Comparison):
        return bool(condition.holds[sign(condition.left, condition.right) + 1])
    return _apply(condition.operation, tuple(holds(part, sign) for part in condition.parts))


def comparisons(condition: Condition) -> Iterator[Comparison]:
    """The comparisons a condition is made of."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Combined):
        for part in condition.parts:
            yield from comparisons(part)


class Ties(Enum):
    """Which of two pairs with equal values a choice takes."""

    BY_PLACE = "by place"
    KEPT = "the one that was there"
    TAKEN = "the new one"


@dataclass(frozen=True)
class Choice:
    """A choice that takes the greatest (or least) value, and what it does with ties; `first`: the smaller place where places decide."""

    greatest: bool
    ties: Ties
    first: bool = True


def choice_of(condition: Condition, new: tuple[Any, Any], old: tuple[Any, Any]) -> Choice | None:
    """What a condition chooses if it takes the pair `new` where it holds, else the pair `old`; None where it follows no order."""
    table = _table(condition, new, old)
    if table is None:
        return None
    for greatest in (True, False):
        if all(table[sign, place] == ((sign > 0) == greatest) for sign, place in STATES if sign):
            ties = _ties(table)
            return None if ties is None else Choice(greatest, *ties)
    return None


def _table(condition: Condition, new: tuple[Any, Any], old: tuple[Any, Any]) -> dict[tuple[int, int], bool] | None:
    """Whether the condition holds in each of the nine states; None where it compares anything else."""
    found = list(itertools.islice(comparisons(condition), _MANY))
    pairs = [(new[k], old[k]) for k in (0, 1)]
    known = {**_signs(*pairs[1], 1), **_signs(*pairs[0], 0)}
    if len(found) == _MANY or any((c.left, c.right) not in known for c in found):
        return None

    def in_state(state: tuple[int, int]) -> bool:
        return holds(condition, lambda a, b: known[a, b][1] * state[known[a, b][0]])

    return {state: in_state(state) for state in STATES}


def _signs(new: Any, old: Any, part: int) -> dict[tuple[Any, Any], tuple[int, int]]:
    """(left, right) -> (which part of the pairs, the sign of that comparison where the new one is greater)."""
    return {(new, new): (part, 0), (old, old): (part, 0), (new, old): (part, 1), (old, new): (part, -1)}


def _ties(table: dict[tuple[int, int], bool]) -> tuple[Ties, bool] | None:
    smaller, equal, greater = (table[0, sign] for sign in SIGNS)
    if smaller == equal == greater:
        return (Ties.TAKEN if smaller else Ties.KEPT), True
    return (Ties.BY_PLACE, smaller) if smaller != greater else None
