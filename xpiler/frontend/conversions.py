"""C's conversions between arithmetic types, as operations."""

from __future__ import annotations

import struct

from mlir import ir

from xpiler.frontend.builder import Builder, constant_of, wrapped
from xpiler.frontend.c_types import F32, Bool, CType, Float, Int, Vector

FLOAT_EQUAL_UNORDERED = 13  # arith.cmpf une
INT_NOT_EQUAL = 1  # arith.cmpi ne


def predicate(kind: int) -> dict[str, ir.Attribute]:
    """The predicate attribute of a comparison."""
    return {"predicate": ir.IntegerAttr.get(ir.IntegerType.get_signless(64), kind)}


def convert(builder: Builder, value: ir.Value, source: CType, target: CType) -> ir.Value:
    """The value of one arithmetic type as another; vectors lane by lane, a scalar to a vector by broadcast."""
    if source == target or (isinstance(source, Int) and isinstance(target, Int) and source.bits == target.bits):
        return value
    if isinstance(target, Vector):
        return _to_vector(builder, value, source, target)
    known = constant_of(value)
    if known is not None:
        return builder.constant(fold(known, source, target), target.mlir())
    if isinstance(target, Bool):
        return truth(builder, value, source)
    if isinstance(source, Float):
        return _from_float(builder, value, source, target)
    return _from_integer(builder, value, source, target)


def _to_vector(builder: Builder, value: ir.Value, source: CType, target: Vector) -> ir.Value:
    if isinstance(source, Vector):
        if source.element == target.element or (
            source.element.is_integer and getattr(source.element, "bits", 0) == getattr(target.element, "bits", 1)
        ):
            return value
        name = _cast_name(source.element, target.element)
        return builder.value(name, [value], target.mlir())
    return builder.value("vector.broadcast", [convert(builder, value, source, target.element)], target.mlir())


def truth(builder: Builder, value: ir.Value, source: CType) -> ir.Value:
    """The value as a condition: whether it is not zero."""
    if isinstance(source, Bool):
        return value
    boolean = ir.IntegerType.get_signless(1)
    zero = builder.constant(0, value.type)
    if isinstance(source, Float):
        return builder.value("arith.cmpf", [value, zero], boolean, predicate(FLOAT_EQUAL_UNORDERED))
    return builder.value("arith.cmpi", [value, zero], boolean, predicate(INT_NOT_EQUAL))


def _from_float(builder: Builder, value: ir.Value, source: Float, target: CType) -> ir.Value:
    if isinstance(target, Float) and source.bits == target.bits:  # half and bfloat16 have no direct conversion
        value, source = builder.value("arith.extf", [value], F32.mlir()), F32
    return builder.value(_cast_name(source, target), [value], target.mlir())


def _from_integer(builder: Builder, value: ir.Value, source: CType, target: CType) -> ir.Value:
    return builder.value(_cast_name(source, target), [value], target.mlir())


def _cast_name(source: CType, target: CType) -> str:
    signed = isinstance(source, Int) and source.signed
    if isinstance(target, Float):
        if isinstance(source, Float):
            return "arith.extf" if target.bits > source.bits else "arith.truncf"
        return "arith.sitofp" if signed else "arith.uitofp"
    if isinstance(source, Float):
        return "arith.fptosi" if isinstance(target, Int) and target.signed else "arith.fptoui"
    source_bits = 1 if isinstance(source, Bool) else source.bits  # type: ignore[attr-defined]
    if target.bits < source_bits:  # type: ignore[attr-defined]
        return "arith.trunci"
    return "arith.extsi" if signed else "arith.extui"


def fold(known: int | float, source: CType, target: CType) -> int | float:
    """A constant converted, with C's meaning."""
    if isinstance(target, Bool):
        return int(known != 0)
    if isinstance(source, Int):
        known = wrapped(int(known), source.bits) if source.signed else int(known) & ((1 << source.bits) - 1)
    if isinstance(target, Float):
        return rounded(float(known), target)
    return int(known)


def rounded(value: float, target: Float) -> float:
    """A double rounded to a narrower type (bfloat16 by the attribute itself)."""
    codes = {"f32": "f", "f16": "e"}
    if target.name not in codes:
        return value
    try:
        return struct.unpack(codes[target.name], struct.pack(codes[target.name], value))[0]
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def to_index(builder: Builder, value: ir.Value, source: CType) -> ir.Value:
    """A subscript as `index`: sign-extended from a signed type, zero-extended from an unsigned one."""
    known = constant_of(value)
    if known is not None:
        return builder.index(int(fold(known, source, Int(64, True))))
    signed = isinstance(source, Int) and source.signed
    name = "arith.index_cast" if signed else "arith.index_castui"
    return builder.value(name, [value], ir.IndexType.get())
