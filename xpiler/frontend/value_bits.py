"""The bits of a value as another type as wide: numbers, vectors, and records of one type of number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.c_types import CType, StructType, Vector, is_stored, scalar_of, size_of, value_type
from xpiler.frontend.values import Aggregate, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


def share_bits(one: CType, other: CType) -> bool:
    """Whether values of both types are the same bits, and one can be read as the other."""
    return is_stored(one) and is_stored(other) and size_of(one) == size_of(other) and _is_plain(one) and _is_plain(other)


def _is_plain(ctype: CType) -> bool:
    """Whether the scalars of a value follow each other without gaps and are of one type."""
    if not isinstance(ctype, StructType):
        return True
    units = {scalar_of(inner) for _, inner in ctype.fields}
    return all(_is_plain(inner) for _, inner in ctype.fields) and (len(units) == 1 or ctype.is_union) and units == {scalar_of(ctype)}


def with_bits_of(reader: Reader, value: Value, ctype: CType) -> Value:
    """The value of type `ctype` that has these bits."""
    if value.ctype == ctype:
        return value
    return _unpacked(reader, _bitcast(reader, _packed(reader, value), ctype), ctype)


def _packed(reader: Reader, value: Value) -> ir.Value:
    """A value's scalars as one number or vector."""
    if isinstance(value, Scalar):
        return value.ssa
    assert isinstance(value, Aggregate)
    scalars = [scalar for item in value.fields.values() for scalar in _scalars(reader, item)]
    parts = list(value.fields.values())
    if len(parts) == 1:
        return _packed(reader, parts[0])
    return reader.lanes.build(scalars, ir.VectorType.get([len(scalars)], scalars[0].type))


def _scalars(reader: Reader, value: Value) -> list[ir.Value]:
    packed = _packed(reader, value)
    if not isinstance(packed.type, ir.VectorType):
        return [packed]
    return [reader.lanes.extract(packed, lane) for lane in range(packed.type.shape[0])]


def _bitcast(reader: Reader, packed: ir.Value, ctype: CType) -> ir.Value:
    """One number or vector as another: of the scalars of a type."""
    scalar = scalar_of(ctype).mlir()
    count = size_of(ctype) // size_of(scalar_of(ctype))
    if count == 1 and not isinstance(packed.type, ir.VectorType):
        return packed if packed.type == scalar else reader.builder.value("arith.bitcast", [packed], scalar)
    if not isinstance(packed.type, ir.VectorType):
        packed = reader.lanes.build([packed], ir.VectorType.get([1], packed.type))
    wanted = ir.VectorType.get([count], scalar)
    seen = packed if packed.type == wanted else reader.builder.value("vector.bitcast", [packed], wanted)
    return seen if count > 1 or isinstance(ctype, Vector) else reader.lanes.extract(seen, 0)


def _unpacked(reader: Reader, packed: ir.Value, ctype: CType) -> Value:
    if not isinstance(ctype, StructType):
        return Scalar(packed, value_type(ctype))
    position, fields = 0, {}
    for name, inner in ctype.stored:
        kind = value_type(inner)
        count = size_of(kind) // size_of(scalar_of(kind))
        fields[name] = _unpacked(reader, _part(reader, packed, position, count, isinstance(kind, Vector)), kind)
        position += count
    return Aggregate(ctype, fields)


def _part(reader: Reader, packed: ir.Value, first: int, count: int, as_vector: bool) -> ir.Value:
    """Some of the scalars, as a vector or the one."""
    if not isinstance(packed.type, ir.VectorType):
        return reader.lanes.build([packed], ir.VectorType.get([1], packed.type)) if as_vector else packed
    if first == 0 and count == packed.type.shape[0] and (as_vector or count > 1):
        return packed
    lanes = [reader.lanes.extract(packed, first + k) for k in range(count)]
    return reader.lanes.build(lanes, ir.VectorType.get([count], packed.type.element_type)) if as_vector or count > 1 else lanes[0]
