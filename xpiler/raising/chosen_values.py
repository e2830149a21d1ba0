"""Values that loops carry and only ever choose anew, such as where the least element so far was."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.structure import definition

MOST = 16
Choice = tuple[ir.Value, ir.Operation]  # a value, and the operation that hands it on


def choices(value: ir.Value) -> list[Choice]:
    """What a value may be that loops carry; nothing where no loop does, or where too much would have to be looked at.

    A value that is computed from what was carried is a choice like any other: whoever asks for a bound must see that it has none.
    """
    carried = _handed_on(value)
    if not carried or not _is_carried(value):
        return []
    seen, found = {value}, []
    while carried:
        inner, by = carried.pop()
        if inner in seen:
            continue
        seen.add(inner)
        more = _handed_on(inner)
        carried += more
        if not more:
            found.append((inner, by))
        if len(seen) > MOST:
            return []
    return found


def _is_carried(value: ir.Value) -> bool:
    owner = value.owner.owner.operation if isinstance(value.owner, ir.Block) else value.owner.operation
    return owner.name == "scf.for"


def _handed_on(value: ir.Value) -> list[Choice]:
    """The values that one stands for: those that a loop begins with and goes on with, those of branches, both sides of a choice."""
    op = definition(value)
    if op is None:
        loop, position = value.owner.owner.operation, ir.BlockArgument(value).arg_number - 1
        return _of_loop(loop, position) if loop.name == "scf.for" and position >= 0 else []
    if op.name == "scf.for":
        return _of_loop(op, ir.OpResult(value).result_number)
    if op.name == "scf.if":
        ends = [list(region.blocks[0].operations)[-1].operation for region in op.regions]
        return [(end.operands[ir.OpResult(value).result_number], end) for end in ends]
    if op.name == "arith.select":
        return [(op.operands[1], op), (op.operands[2], op)]
    return [(op.operands[0], op)] if op.name == "arith.index_cast" else []


def _of_loop(loop: ir.Operation, position: int) -> list[Choice]:
    end = list(loop.regions[0].blocks[0].operations)[-1].operation
    return [(loop.operands[3 + position], loop), (end.operands[position], end)]
