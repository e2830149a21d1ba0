"""Lines of the source that operations stand for."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.lowering.c_text.location import place_of


def function_of(op: ir.Operation) -> ir.Operation | None:
    """The function around an operation."""
    while op is not None and op.name != "func.func":
        op = op.parent.operation if op.parent is not None else None
    return op


def line_of(op: ir.Operation) -> int:
    """The line of an operation; of a loop that has only its function's, the first of what it does. 0 where none is known."""
    own, function = _line(op), function_of(op)
    above = _line(function) if function is not None else 0
    if own != above or not len(op.regions) or op == function:
        return own
    inside = [line for inner in walk(op) if (line := _line(inner)) not in (0, above)]
    return min(inside, default=own)


def _line(op: ir.Operation) -> int:
    place = place_of(op.location)
    return place.line if place else 0
