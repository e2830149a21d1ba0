"""Loops over the rounds of a tree, `first >> round`, as the loop over its widths that a person writes."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.expression import Expr
from xpiler.lowering.c_text.uses import owners

_SHIFTS = ("arith.shrsi", "arith.shrui")
_CASTS = ("arith.index_cast", "arith.index_castui")


def halved(op: ir.Operation, lower: Expr, upper: Expr, step: Expr) -> list[ir.Operation] | None:
    """The operations that compute the width of a round from the loop's variable, the shift last, where the widths go from a power of
    two down to 1 and nothing else asks for the round; None elsewhere."""
    rounds = upper.constant
    if (lower.constant, step.constant) != (0, 1) or rounds is None or not 0 < rounds < 31:
        return None
    steps: list[ir.Operation] = []
    value = op.regions[0].blocks[0].arguments[0]
    while not steps or steps[-1].name in _CASTS:
        users = owners(value)
        if len(users) != 1 or users[0].name not in _CASTS + _SHIFTS or users[0].block != op.regions[0].blocks[0]:
            return None
        steps.append(users[0])
        value = users[0].results[0]
    return steps if first_width(steps[-1]) == 1 << (rounds - 1) and str(value.type) == "i32" else None


def first_width(shift: ir.Operation) -> int | None:
    """What a shift shifts, where it is a number that is known."""
    first = shift.operands[0].owner
    return (
        None if isinstance(first, ir.Block) or first.operation.name != "arith.constant" else ir.IntegerAttr(first.attributes["value"]).value
    )
