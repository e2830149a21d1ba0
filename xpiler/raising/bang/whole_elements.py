"""Sizes in bytes divided by the size of an element, exactly: `n * sizeof(float) / 4` is `n`.

The C arithmetic of a size is unsigned and 32 or 64 bits wide; a copy of 4 GB or more is not a copy these chips take, so
a size is read as the number it is written as. The result is `index` arithmetic.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import constant_value, definition, replace, walk

CASTS = ("arith.index_cast", "arith.index_castui", "arith.trunci", "arith.extsi", "arith.extui")


def divide_sizes(kernel: ir.Operation) -> None:
    """Replace every `divsi` of a size by a constant that divides it."""
    for op in [op for op in walk(kernel) if op.name == "arith.divsi" and str(op.results[0].type) == "index"]:
        divisor = constant_value(op.operands[1])
        if divisor is None:
            continue
        quotient = divided(op.operands[0], divisor, EmissionPoint(ir.InsertionPoint(op), op.location))
        if quotient is not None:
            replace(op, [quotient])


def divided(value: ir.Value, divisor: int, emit: EmissionPoint) -> ir.Value | None:
    """`value / divisor` as an index where the division is exact by the value's own form; else None."""
    constant = constant_value(value)
    if constant is not None:
        return emit.constant(constant // divisor) if constant % divisor == 0 else None
    if divisor == 1:
        return as_index(value, emit)
    op = definition(value)
    if op is None:
        return None
    if op.name in CASTS:
        return divided(op.operands[0], divisor, emit)
    if op.name == "arith.muli":
        return _divided_product(op, divisor, emit)
    if op.name == "arith.shli":
        shift = constant_value(op.operands[1])
        factor = 1 << shift if shift is not None else 0
        return None if not factor or factor % divisor else emit.mul(as_index(op.operands[0], emit), emit.constant(factor // divisor))
    if op.name in ("arith.addi", "arith.subi", "arith.minsi", "arith.maxsi"):
        return _divided_both(op, divisor, emit)
    if op.name == "arith.select":
        sides = [divided(side, divisor, emit) for side in list(op.operands)[1:]]
        return None if any(side is None for side in sides) else emit.select(op.operands[0], *sides)
    return None


def _divided_product(op: ir.Operation, divisor: int, emit: EmissionPoint) -> ir.Value | None:
    for whole, other in ((op.operands[0], op.operands[1]), (op.operands[1], op.operands[0])):
        quotient = divided(whole, divisor, emit)
        if quotient is not None:
            return emit.mul(as_index(other, emit), quotient)
    return None


def _divided_both(op: ir.Operation, divisor: int, emit: EmissionPoint) -> ir.Value | None:
    sides = [divided(side, divisor, emit) for side in op.operands]
    return None if any(side is None for side in sides) else emit.value(op.name, emit.index, *sides)


def as_index(value: ir.Value, emit: EmissionPoint) -> ir.Value:
    """The number a size is made of, as an index; what only widens or narrows it is looked through."""
    constant = constant_value(value)
    if constant is not None:
        return emit.constant(constant)
    op = definition(value)
    if op is not None and op.name in CASTS and isinstance(op.operands[0].type, (ir.IntegerType, ir.IndexType)):
        return as_index(op.operands[0], emit)
    return emit.cast(value, emit.index)
