"""Keys of truth values: conditions, their negations, and sets of them that hold all together or one at least."""

from __future__ import annotations

import itertools

NEGATED = {"equal": "differ", "differ": "equal"}
INFINITE = float("inf")


def combined(operation: str, *conditions: object) -> object:
    """`and` or `or` of conditions: a set of those that are none themselves, without what others imply; what excludes others decides."""
    if operation == "ori":
        return negation(combined("andi", *map(negation, conditions)))
    parts = {part for condition in conditions for part in members("andi", condition)}
    if False in parts or any(negation(part) in parts for part in parts):
        return False
    parts.discard(True)
    parts = _needed(parts)
    if parts is None:
        return False
    return next(iter(parts), True) if len(parts) < 2 else ("andi", tuple(sorted(parts, key=repr)))


def _needed(parts: set) -> set | None:
    """Conditions without those on whole numbers that others imply; None where two exclude each other."""
    ranges = [part for part in parts if range_of(part) is not None]
    if len(ranges) < 2:
        return parts
    if any(excludes(a, b) for a, b in itertools.combinations(ranges, 2)):
        return None
    return parts - {part for part in ranges if any(other is not part and implies(other, part) for other in ranges)}


def members(operation: str, condition: object) -> tuple:
    """What a condition is the `and`, or the `or`, of: itself where it is none."""
    return condition[1] if isinstance(condition, tuple) and condition[0] == operation else (condition,)


def negation(value: object) -> object:
    """not (p < 0) is -p <= 0; not (p = 0) is p differs from 0; of whole numbers not (p < 0) is -p - 1 < 0."""
    if isinstance(value, bool):
        return not value
    if value[0] == "not":
        return value[1]
    if value[0] in ("andi", "ori"):
        return ("ori" if value[0] == "andi" else "andi", tuple(sorted(map(negation, value[1]), key=repr)))
    if value[0] in NEGATED:
        return (NEGATED[value[0]], value[1])
    if value[0] in ("below", "at_most"):
        return ("at_most" if value[0] == "below" else "below", tuple((m, -c) for m, c in value[1]))
    if value[0] == "zless":
        rest, number = value[1]
        return ("zless", (tuple((m, -c) for m, c in rest), -number - 1))
    return ("not", value)


def implies(fact: object, condition: object) -> bool:
    """x = 3 implies x < 5, x < 3 implies x < 5, x = 3 that x differs from 5."""
    return excludes(fact, negation(condition))


def excludes(fact: object, other: object) -> bool:
    """Two equations or inequalities of one form that have no number in common."""
    mine, its = range_of(fact), range_of(other)
    if mine is None or its is None or mine[0] != its[0]:
        return False
    return mine[1] > its[2] or its[1] > mine[2]


def range_of(condition: object) -> tuple[tuple, float, float] | None:
    """What a condition on whole numbers says of a form without its constant, whose first factor is positive: the form, least, greatest."""
    if not isinstance(condition, tuple) or condition[0] not in ("zless", "zequal"):
        return None
    rest, number = condition[1]
    if condition[0] == "zequal":
        return rest, -number, -number
    if rest[0][1] > 0:
        return rest, -INFINITE, -number - 1
    return tuple((m, -c) for m, c in rest), number + 1, INFINITE
