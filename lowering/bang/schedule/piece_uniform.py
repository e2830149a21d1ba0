"""What is the same for all elements of a piece, also in code that is not planned yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.analysis.effects import defining, walk
from xpiler.transforms.rewriting import body, defined_inside, terminator

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


def outer_operands(op: ir.Operation) -> list[ir.Value]:
    """What an operation and those nested in it read of the code around it."""
    return [v for inner in walk(op) for v in inner.operands if not defined_inside(v, op)]


def same_for_all(piece: Piece, loop: ir.Operation, varying: frozenset[ir.Value] = frozenset()) -> set[int]:
    """The carried values of a serial loop that no element changes, by position: counters, cursors, sums of what all elements share.

    `varying` are values of code around that is not planned yet and that depend on the element.
    """
    starts, arguments, following = list(loop.operands)[3:], list(body(loop).arguments)[1:], list(terminator(body(loop)).operands)
    same = {position for position, start in enumerate(starts) if not depends(piece, start, varying, piece.loop)}
    while True:
        known = varying | {argument for position, argument in enumerate(arguments) if position not in same}
        changed = {position for position in same if depends(piece, following[position], known, loop)}
        if not changed:
            return same
        same -= changed


def depends(piece: Piece, value: ir.Value, varying: frozenset[ir.Value], around: ir.Operation) -> bool:
    """Whether a value inside of `around` depends on the element or on values that do."""
    if value in varying or value in piece.buffers or value == piece.variable:
        return True
    op = defining(value)
    if op is None or not defined_inside(value, around):
        return piece.varies(value)
    return any(depends(piece, operand, varying, around) for operand in _read_for(op, value)) or (
        op.name == "scf.for" and list(op.results).index(value) not in same_for_all(piece, op, varying)
    )


def _read_for(op: ir.Operation, result: ir.Value) -> list[ir.Value]:
    """What decides one result of an operation; of a loop only its bounds."""
    if op.name == "scf.for":
        return list(op.operands)[:3]
    if op.name == "scf.if":
        position = list(op.results).index(result)
        return [op.operands[0], *(terminator(region.blocks[0]).operands[position] for region in op.regions)]
    return outer_operands(op)
