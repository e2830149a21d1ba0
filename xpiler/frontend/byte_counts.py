"""Sizes in bytes as numbers of elements, so that `n * sizeof(float)` is `n`."""

from __future__ import annotations

from mlir import ir

from xpiler.frontend.builder import Builder, constant_of
from xpiler.frontend.c_types import U64, CType
from xpiler.frontend.conversions import convert, to_index

BYTES_FIT = "a number of bytes fits the int that it is computed in"
EXTENSIONS = ("arith.extsi", "arith.extui")


def elements(builder: Builder, count: ir.Value, ctype: CType, size: int) -> ir.Value:
    """A byte count of some C type as a number of elements of `size` bytes, as `index`."""
    divided = divide(builder, count, size)
    if divided is None:
        wide = convert(builder, count, ctype, U64)
        divided = builder.value("arith.divui", [wide, builder.constant(size, wide.type)], wide.type)
        return to_index(builder, divided, U64)
    if _is_computed_in_an_int(count) and constant_of(divided) is None:
        _assume_that_it_fits(builder, divided, size)
    return as_index(builder, divided)


def _is_computed_in_an_int(count: ir.Value) -> bool:
    """Whether bytes are counted in 32 bits: what is left of the division says nothing of their overflow."""
    if _made_by(count, *EXTENSIONS):
        count = count.owner.operation.operands[0]
    return str(count.type) == "i32" and _made_by(count, "arith.muli", "arith.addi")


def _assume_that_it_fits(builder: Builder, divided: ir.Value, size: int) -> None:
    """States the largest number of elements whose bytes an int counts; of unsigned bytes as well, which then need no larger type."""
    while _made_by(divided, *EXTENSIONS):
        divided = divided.owner.operation.operands[0]
    most = builder.constant(((1 << 31) - 1) // size, divided.type)
    at_most = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), 3)
    fits = builder.value("arith.cmpi", [divided, most], ir.IntegerType.get_signless(1), {"predicate": at_most})
    builder.op("xpiler.assume", [fits], [], {"reason": ir.StringAttr.get(BYTES_FIT)})


def as_index(builder: Builder, value: ir.Value) -> ir.Value:
    """A count as `index`, straight from the number that was widened."""
    known = constant_of(value)
    if known is not None:
        return builder.index(int(known))
    name = "arith.index_castui"
    if _made_by(value, "arith.extsi"):
        value, name = value.owner.operation.operands[0], "arith.index_cast"
    elif _made_by(value, "arith.extui"):
        value = value.owner.operation.operands[0]
    elif _is_signed(value):
        name = "arith.index_cast"
    return builder.value(name, [value], ir.IndexType.get())


def divide(builder: Builder, value: ir.Value, size: int) -> ir.Value | None:
    """The value over a constant that divides it as it is written; None where that does not show."""
    if size == 1:
        return value
    known = constant_of(value)
    if known is not None:
        return builder.constant(int(known) // size, value.type) if int(known) % size == 0 else None
    if _made_by(value, *EXTENSIONS):
        operation = value.owner.operation
        inner = divide(builder, operation.operands[0], size) if _is_signed(operation.operands[0]) else None
        return None if inner is None else builder.value(operation.name, [inner], value.type)
    if _made_by(value, "arith.muli"):
        return _divide_product(builder, value, size)
    if _made_by(value, "arith.addi"):
        sides = [divide(builder, side, size) for side in value.owner.operation.operands]
        return None if None in sides else builder.value("arith.addi", sides, value.type, _flags(value))  # type: ignore[arg-type]
    return None


def _divide_product(builder: Builder, value: ir.Value, size: int) -> ir.Value | None:
    left, right = value.owner.operation.operands
    for one, other in ((right, left), (left, right)):
        divided = divide(builder, one, size)
        if divided is not None:
            return other if constant_of(divided) == 1 else builder.value("arith.muli", [other, divided], value.type, _flags(value))
    return None


def _flags(value: ir.Value) -> dict[str, ir.Attribute]:
    return {"overflowFlags": value.owner.operation.attributes["overflowFlags"]}


def _made_by(value: ir.Value, *names: str) -> bool:
    return not isinstance(value.owner, ir.Block) and value.owner.operation.name in names


def _is_signed(value: ir.Value) -> bool:
    """Whether a value is the result of signed arithmetic."""
    return _made_by(value, "arith.muli", "arith.addi", "arith.subi") and "nsw" in str(_flags(value)["overflowFlags"])
