"""A call of a pattern's function in a piece: the builtins of the pattern on the piece's buffers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.lowering.bang.schedule.vector_plan import Buffer
from xpiler.transforms.pattern_functions import builtins_of

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


class NoBuiltin(Exception):
    """The loop has an operation or an access that no builtin computes; the message names it."""


def plan_call(piece: Piece, call: ir.Operation) -> None:
    """Adds the steps of a call: its buffers, one for the result, and one for each array of the pattern."""
    after = builtins_of(call)
    if after is None:
        raise NoBuiltin("a call of a function")
    result, *holes = after.regions[0].blocks[0].arguments
    holes, count = holes[:-1], holes[-1]
    at_hole: dict[ir.Value, Buffer] = {}
    numbers: dict[ir.Value, ir.Value] = {}
    for hole, value in zip(_in_call_order(holes), call.operands, strict=True):
        if isinstance(hole.type, ir.MemRefType):
            at_hole[hole] = piece.buffer(value)
        elif piece.varies(value):
            raise NoBuiltin("a number of a pattern that differs between elements")
        else:
            numbers[hole] = value
    operations = [op.operation for op in after.regions[0].blocks[0].operations]
    scratch = {op.results[0]: piece.plan.take(_element(op.results[0])) for op in operations if op.name == "memref.alloca"}
    at_hole |= scratch | {result: piece.define(call.results[0], *call.operands, fresh=True)}
    for own in scratch.values():
        piece.plan.release(own)

    def emit(at) -> None:
        values = {hole: at(buffer) for hole, buffer in at_hole.items()} | {hole: piece.scalar(v) for hole, v in numbers.items()}
        values[count] = piece.builtins.count
        for op in operations:
            _emit(op, values)

    piece.plan.add(emit)


def _in_call_order(holes: list[ir.Value]) -> list[ir.Value]:
    """Buffers, then numbers: the order of a call's operands."""
    return sorted(holes, key=lambda h: not isinstance(h.type, ir.MemRefType))


def _element(value: ir.Value) -> ir.Type:
    return ir.MemRefType(value.type).element_type


def _emit(op: ir.Operation, values: dict[ir.Value, ir.Value]) -> None:
    if op.name in ("memref.alloca", "func.return"):
        return
    attributes = {name: op.attributes[name] for name in op.attributes}
    made = ir.Operation.create(op.name, [r.type for r in op.results], [values[v] for v in op.operands], attributes)
    values.update(zip(op.results, made.results, strict=True))
