"""Sizes at which a launcher takes another branch: `if (cols > MAX_COLS) return;`, `blocks > 1024 ? 1024 : blocks`.

A condition on sizes alone is evaluated: of each size the smallest value is sought, the others being small, at which it turns over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify import signature
from xpiler.verify.choices import EXTREMES, choice_events
from xpiler.verify.model.side import Unit

Condition = Callable[[ScalarEvaluator], bool]
LARGEST_POWER = 30
MOST_ROWS = 6


def turning_rows(modules: tuple[ir.Module, ...], small: dict[str, int]) -> list[dict[str, int]]:
    """Rows at which branches of the launchers go the other way than at small sizes, those with the smallest numbers first."""
    found: list[dict[str, int]] = []
    for module in modules:
        try:
            unit = Unit.of(module)
        except Unsupported:  # no launcher that could branch
            continue
        positions = dict(zip(small, _positions(unit), strict=False))
        if len(positions) == len(small):
            for condition in _conditions(unit.function):
                found += _turns(condition, small, positions)
                found += _joint_turn(condition, small, positions)
    distinct = {tuple(row.items()): row for row in found}
    return sorted(distinct.values(), key=lambda row: max(row.values()))[:MOST_ROWS]


def _positions(unit: Unit) -> list[int]:
    """Where the integer arguments of a launcher stand, in order."""
    both = zip(unit.positions, unit.parameters, strict=True)
    return [at for at, parameter in both if not parameter.is_pointer and "int" in parameter.dtype]


def _conditions(function: ir.Operation) -> Iterator[Condition]:
    """What a launcher asks: its branches, and choices without a branch."""
    for op in signature.inside(function):
        if op.name == "scf.if" or (op.name == "arith.select" and choice_events(op)):
            yield lambda evaluate, condition=op.operands[0]: bool(evaluate(condition))
        elif op.name in EXTREMES and choice_events(op):
            yield lambda evaluate, operands=tuple(op.operands): evaluate(operands[0]) < evaluate(operands[1])


def _turns(condition: Condition, small: dict[str, int], positions: dict[str, int]) -> Iterator[dict[str, int]]:
    for name in small:

        def holds(value: int, name: str = name) -> bool:
            row = {**small, name: value}
            return condition(ScalarEvaluator({positions[key]: number for key, number in row.items()}))

        try:
            turn = _first_turn(holds)
        except (Unsupported, ZeroDivisionError):
            return
        if turn:
            yield {**small, name: turn}


def _joint_turn(condition: Condition, small: dict[str, int], positions: dict[str, int]) -> Iterator[dict[str, int]]:
    """The least powers of two at which a condition on several sizes turns over: extents that are all whole tiles, say."""

    def holds(row: dict[str, int]) -> bool:
        return condition(ScalarEvaluator({positions[key]: number for key, number in row.items()}))

    try:
        at_first = holds(small)
        rows = ({name: 1 << k for name in small} for k in range(1, LARGEST_POWER + 1))
        row = next((row for row in rows if holds(row) != at_first), None)
        if row is None:
            return
        for name in row:
            while row[name] > 1 and holds({**row, name: row[name] // 2}) != at_first:
                row[name] //= 2
    except (Unsupported, ZeroDivisionError):
        return
    yield row


def _first_turn(holds) -> int:
    """The least number at which a condition is not what it is at 1, of those between the powers of two around it; 0 where there is none."""
    at_first = holds(1)
    power = next((k for k in range(1, LARGEST_POWER + 1) if holds(1 << k) != at_first), 0)
    if not power:
        return 0
    same, other = 1 << (power - 1), 1 << power
    while other - same > 1:
        middle = (same + other) // 2
        same, other = (middle, other) if holds(middle) == at_first else (same, middle)
    return other
