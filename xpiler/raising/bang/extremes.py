"""`n < size ? n : size`, or `if (n > size) n = size;`, as a minimum: the form in which bounds of pieces are understood."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import constant_value, definition, operations, replace, walk

LESS, GREATER = (2, 3), (4, 5)  # slt, sle; sgt, sge


def recognise_extremes(kernel: ir.Operation) -> None:
    """Replace every selection of the smaller (or greater) of two integers by `minsi` (or `maxsi`)."""
    for op in [op for op in walk(kernel) if op.name == "scf.if" and len(op.results)]:
        _as_selections(op)
    for op in [op for op in walk(kernel) if op.name == "arith.select" and isinstance(op.results[0].type, ir.IntegerType)]:
        comparison = definition(op.operands[0])
        if comparison is None or comparison.name != "arith.cmpi":
            continue
        predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
        sides, chosen = list(comparison.operands), list(op.operands)[1:]
        if predicate not in LESS + GREATER or not _pairs(sides, chosen):
            continue
        smaller = (predicate in LESS) == _same(sides[0], chosen[0])
        emit = EmissionPoint(ir.InsertionPoint(op), op.location)
        replace(op, [emit.value("arith.minsi" if smaller else "arith.maxsi", op.results[0].type, *chosen)])


def _as_selections(op: ir.Operation) -> None:
    """A conditional that only chooses values becomes selections."""
    blocks = [region.blocks[0] for region in op.regions]
    if any(inner.name not in ("arith.constant", "scf.yield") for block in blocks for inner in operations(block)):
        return
    yields = [operations(block)[-1] for block in blocks]
    for inner in [inner for block in blocks for inner in operations(block)[:-1]]:
        inner.move_before(op)
    emit = EmissionPoint(ir.InsertionPoint(op), op.location)
    sides = zip(list(yields[0].operands), list(yields[1].operands), strict=True)
    replace(op, [emit.select(op.operands[0], true, false) for true, false in sides])


def _pairs(sides: list[ir.Value], chosen: list[ir.Value]) -> bool:
    """Whether the compared values are the ones chosen from, in either order."""
    straight = _same(sides[0], chosen[0]) and _same(sides[1], chosen[1])
    return straight or (_same(sides[0], chosen[1]) and _same(sides[1], chosen[0]))


def _same(left: ir.Value, right: ir.Value) -> bool:
    """One value, or two constants of one number."""
    return left == right or (constant_value(left) is not None and constant_value(left) == constant_value(right))
