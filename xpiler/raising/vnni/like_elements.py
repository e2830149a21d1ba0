"""Elements of a vector that are the same expression of their lanes' numbers: a gather written out is a load in a loop.

vector.from_elements(load T[extract I[0]], load T[extract I[1]], ...)   is   lane l: load T[I[l]]
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.raising.vnni.emission_point import like
from xpiler.raising.vnni.lane_values import Lane

if TYPE_CHECKING:
    from xpiler.raising.vnni.devectorize import Rebuilder


def alike(rebuilder: Rebuilder, values: Sequence[ir.Value]) -> Lane | None:
    """The rule that all of several elements follow; None where they differ, or are one value or lanes alone."""
    ops = [None if isinstance(value.owner, ir.Block) else value.owner.operation for value in values]
    if any(op is None or op.name != "memref.load" for op in ops):
        return None
    return _rule(rebuilder, values)


def _rule(rebuilder: Rebuilder, values: Sequence[ir.Value]) -> Lane | None:
    if all(value == values[0] for value in values):
        return lambda _: rebuilder.scalar(values[0])
    ops = [None if isinstance(value.owner, ir.Block) else value.owner.operation for value in values]
    first = ops[0]
    if any(op is None or op.name != first.name or len(op.operands) != len(first.operands) for op in ops):
        return None
    if first.name == "vector.extract":
        return _lane_of(rebuilder, ops)
    if not (first.name == "memref.load" or first.name.startswith("arith.")) or any(_attributes(op) != _attributes(first) for op in ops):
        return None
    parts = [_rule(rebuilder, operands) for operands in zip(*(list(op.operands) for op in ops), strict=True)]
    if any(part is None for part in parts):
        return None
    return lambda lane: like(first, [part(lane) for part in parts], values[0].type)


def _lane_of(rebuilder: Rebuilder, ops: list[ir.Operation]) -> Lane | None:
    """Lane k in element k, of one vector."""
    positions = [list(ir.DenseI64ArrayAttr(op.attributes["static_position"])) for op in ops]
    if positions != [[k] for k in range(len(ops))] or any(list(op.operands) != list(ops[0].operands) for op in ops):
        return None
    return rebuilder.vector(ops[0].operands[0]).lane


def _attributes(op: ir.Operation) -> dict[str, str]:
    return {name: str(op.attributes[name]) for name in op.attributes}
