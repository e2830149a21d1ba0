"""Shifts by as many bits as a number has, or more, where the text itself states or bounds the count: `x << 32`, `1u << min(w, 32)`.

A count that comes from data need not be so large in a run at random inputs; that it may be the width, its own bound says. A count
without a bound is taken to be meant as it is, and so is one that a condition around the shift asks about.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.raising.structure import constant_value
from xpiler.verify import signature
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.overflows import is_used
from xpiler.verify.model.program import place_of

KIND = "shift"
HINT = "bound the count below the width, or treat the width as a case of its own; --assume-valid takes the source as it is"
SHIFTS = ("arith.shli", "arith.shrsi", "arith.shrui")
CASTS = ("arith.extsi", "arith.extui", "arith.trunci", "arith.index_cast", "arith.index_castui")
LESS, GREATER = (2, 3, 6, 7), (4, 5, 8, 9)  # arith.cmpi's predicates


def wide_shifts(module: ir.Module) -> list[SourceDefect]:
    """Warnings about a program in platform form, one for each shift."""
    kernels = signature.functions(module, "xpiler.kernel").values()
    ops = (op for kernel in kernels for op in signature.inside(kernel) if op.name in SHIFTS)
    return [found for op in ops if (found := _defect(op)) is not None]


def _defect(op: ir.Operation) -> SourceDefect | None:
    count = constant_value(op.operands[1])
    most, width = (
        _bound(op.operands[1]) if count is None else count,
        op.results[0].type.width if isinstance(op.results[0].type, ir.IntegerType) else 64,
    )
    if most is None or most < width or not is_used(op) or _is_asked_about(op):
        return None
    by = f"by up to {most}" if count is None else f"by {count}"
    return SourceDefect(KIND, f"a shift of {width} bits {by}, which is undefined from {width} on", placed(place_of(op)), {}, hint=HINT)


def _bound(count: ir.Value) -> int | None:
    """The greatest number that a count takes, where constants bound what is read from memory."""
    op = _operation(count)
    if op is None:
        return None
    if op.name in CASTS:
        return _bound(op.operands[0])
    numbers = [constant_value(operand) for operand in op.operands]
    if op.name == "arith.select":
        return _of_choice(op)
    constant = next((number for number in numbers if number is not None), None)
    if constant is None or len(numbers) != 2:
        return None
    other = op.operands[1 if numbers[0] is not None else 0]
    if op.name in ("arith.minsi", "arith.minui", "arith.andi"):
        inner = _bound(other)
        return constant if inner is None and _is_read(other) and constant >= 0 else None if inner is None else min(inner, constant)
    if op.name in ("arith.maxsi", "arith.maxui"):
        inner = _bound(other)
        return None if inner is None else max(inner, constant)
    if op.name in ("arith.remui", "arith.remsi") and numbers[1] is not None:
        return constant - 1 if _is_read(other) else None
    if op.name == "arith.addi":
        inner = _bound(other)
        return None if inner is None else inner + constant
    return None


def _of_choice(op: ir.Operation) -> int | None:
    """`w > 32 ? 32 : w`, which is the least of both."""
    compared = _operation(op.operands[0])
    if compared is None or compared.name != "arith.cmpi":
        return None
    (one, other), chosen = [_told(value) for value in compared.operands], _told(op.operands[1])
    predicate = ir.IntegerAttr(compared.attributes["predicate"]).value
    takes_less = predicate in LESS if chosen == one else predicate in GREATER
    constants = [number for number in (one, other) if isinstance(number, int)]
    read = [value for value in (one, other) if not isinstance(value, int)]
    is_of_both = {one, other} == {chosen, _told(op.operands[2])}
    return constants[0] if is_of_both and takes_less and constants and read and _is_read(read[0]) else None


def _told(value: ir.Value) -> int | ir.Value:
    """The number of a constant, else the value."""
    number = constant_value(value)
    return value if number is None else number


def _is_read(value: ir.Value) -> bool:
    """Whether a number comes from memory, as it is or bounded below, so that it may be anything above."""
    op = _operation(value)
    if op is None:
        return False
    if op.name in CASTS:
        return _is_read(op.operands[0])
    if op.name in ("arith.maxsi", "arith.maxui"):
        return any(_is_read(operand) for operand in op.operands) and any(constant_value(operand) is not None for operand in op.operands)
    return op.name == "memref.load"


def _is_asked_about(op: ir.Operation) -> bool:
    """Whether a condition around a shift depends on memory that its count comes from."""
    sources, around = set(_memory(op.operands[1])), op.parent
    while around is not None and around.name != "func.func":
        if around.operation.name == "scf.if" and sources & set(_memory(around.operation.operands[0])):
            return True
        around = around.operation.parent
    return False


def _memory(value: ir.Value) -> Iterator[ir.Value]:
    """The buffers that a number is read from."""
    op = _operation(value)
    if op is not None and op.name == "memref.load":
        yield op.operands[0]
    elif op is not None:
        for operand in op.operands:
            yield from _memory(operand)


def _operation(value: ir.Value) -> ir.Operation | None:
    return None if isinstance(value.owner, ir.Block) else value.owner.operation if hasattr(value.owner, "operation") else value.owner
