"""Builders of integer arithmetic at the current insertion point."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

_SMALLER, _GREATER = 2, 4


def i32() -> ir.Type:
    """The 32-bit integer type."""
    return ir.IntegerType.get_signless(32)


def integer(number: int, kind: ir.Type | None = None) -> ir.Value:
    """A constant, of type i32 unless told otherwise."""
    return arith.constant(kind or i32(), number)


def nsw() -> ir.Attribute:
    """The flag of arithmetic that does not overflow as signed."""
    return ir.Attribute.parse("#arith.overflow<nsw>")


def add(a: ir.Value, b: ir.Value, *, exact: bool = True) -> ir.Value:
    """`a + b`, without overflow where `exact`; an index never overflows."""
    return arith.AddIOp(a, b, overflowFlags=nsw() if exact and str(a.type) != "index" else None).result


def sub(a: ir.Value, b: ir.Value) -> ir.Value:
    """`a - b`."""
    return arith.SubIOp(a, b, overflowFlags=nsw() if str(a.type) != "index" else None).result


def mul(a: ir.Value, b: ir.Value) -> ir.Value:
    """`a * b`."""
    return arith.MulIOp(a, b, overflowFlags=nsw() if str(a.type) != "index" else None).result


def less(a: ir.Value, b: ir.Value) -> ir.Value:
    """`a < b`, signed."""
    return arith.CmpIOp(_SMALLER, a, b).result


def greater(a: ir.Value, b: ir.Value) -> ir.Value:
    """`a > b`, signed."""
    return arith.CmpIOp(_GREATER, a, b).result


def as_i32(value: ir.Value) -> ir.Value:
    """An integer or index as i32."""
    if str(value.type) == "i32":
        return value
    if str(value.type) == "index":
        return arith.IndexCastOp(i32(), value).result
    op = arith.TruncIOp if ir.IntegerType(value.type).width > 32 else arith.ExtSIOp
    return op(i32(), value).result


def to_index(value: ir.Value) -> ir.Value:
    """A signed integer as index."""
    return value if str(value.type) == "index" else arith.IndexCastOp(ir.IndexType.get(), value).result
