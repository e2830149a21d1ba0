"""Pointer arithmetic, comparison and conversion, on bases and offsets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clang.cindex import BinaryOperator as Op
from mlir import ir

from xpiler.frontend.arithmetic import compare, negate
from xpiler.frontend.c_types import BOOL, I64, CType, PointerType, StructType, Void, scalar_of, scalars_in, value_type
from xpiler.frontend.conversions import to_index
from xpiler.frontend.places import BitsPlace, LanesPlace, Place, pointed_place
from xpiler.frontend.value_bits import share_bits
from xpiler.frontend.values import AddressOf, Null, Opaque, Pointer, Scalar, Untyped, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


def as_pointer_to(reader: Reader, value: Value, pointee: CType) -> Value:
    """A pointer converted to another pointer type."""
    if isinstance(value, Null):
        return Null(pointee, value.is_assigned)
    if isinstance(value, Pointer):
        if isinstance(pointee, Void) or value.pointee == pointee:
            return value
        return reader.arrays.view(value, pointee)
    if isinstance(value, AddressOf):
        if isinstance(pointee, (Void, PointerType)) or pointee == value.pointee:
            return value
        held = value_type(value.place.ctype)
        if share_bits(pointee, held) and not isinstance(value.place, LanesPlace):
            return AddressOf(BitsPlace(value.place, pointee), pointee)
        whole = getattr(value.place, "vector", None)
        if isinstance(value.place, LanesPlace) and whole is not None and share_bits(pointee, whole.ctype):
            return AddressOf(BitsPlace(whole, pointee), pointee)
        if scalar_of(held) == scalar_of(pointee) and not isinstance(pointee, StructType):
            return value
        raise reader.unsupported("the address of a variable seen as another type", "copy the variable to an array of one element")
    if isinstance(value, Opaque):
        return value.content.as_array(reader, pointee) if isinstance(value.content, Untyped) and not isinstance(pointee, Void) else value
    raise reader.unsupported("this value as a pointer")


def advance(reader: Reader, pointer: Value, count: ir.Value, ctype: CType, *, backwards: bool = False) -> Value:
    """`pointer + count`, or minus."""
    if not isinstance(pointer, Pointer):
        raise reader.unsupported("arithmetic on a pointer that points to no array")
    if isinstance(pointer.pointee, Void):
        raise reader.unsupported("arithmetic on 'void *'", "cast it to 'char *'")
    builder = reader.builder
    step = builder.scale_index(to_index(builder, count, ctype), scalars_in(pointer.pointee))
    if backwards:
        assert step is not None
        start = pointer.offset if pointer.offset is not None else builder.index(0)
        return replace(pointer, offset=builder.value("arith.subi", [start, step], step.type))
    return replace(pointer, offset=builder.add_index(pointer.offset, step))


def dereferenced(reader: Reader, value: Value) -> Place:
    """The place a pointer points to."""
    if isinstance(value, Pointer):
        if isinstance(value.pointee, Void):
            raise reader.unsupported("reading through 'void *'", "cast it to the type of the data")
        return pointed_place(reader, value)
    if isinstance(value, AddressOf):
        place = value.place
        return place.element(reader, reader.builder.index(0)) if isinstance(place, LanesPlace) else place
    if isinstance(value, Null):
        raise reader.unsupported("a pointer that may be null or was never assigned here")
    raise reader.unsupported("reading through this value")


def element(reader: Reader, value: Value, index: ir.Value) -> Place:
    """The place `pointer[index]`, the index as `index`."""
    if isinstance(value, AddressOf):
        from xpiler.frontend.builder import constant_of

        if isinstance(value.place, LanesPlace):
            return value.place.element(reader, index)
        if constant_of(index) == 0:
            return value.place
        raise reader.unsupported("an index into the address of a single variable")
    if not isinstance(value, Pointer):
        return dereferenced(reader, value)
    step = reader.builder.scale_index(index, scalars_in(value.pointee))
    return dereferenced(reader, Pointer(value.base, reader.builder.add_index(value.offset, step), value.pointee))


def _offset(reader: Reader, pointer: Pointer) -> ir.Value:
    offset = pointer.offset if pointer.offset is not None else reader.builder.index(0)
    return reader.builder.value("arith.index_cast", [offset], I64.mlir())


def compare_pointers(reader: Reader, operator: Op, left: Value, right: Value) -> Scalar:
    """A comparison of two pointers: into one array, or with null."""
    if isinstance(left, Null) and isinstance(right, Null):
        return Scalar(reader.builder.boolean(operator in (Op.EQ, Op.LE, Op.GE)), BOOL)
    if isinstance(left, Null) or isinstance(right, Null):
        there = reader.truth(right if isinstance(left, Null) else left)
        return Scalar(there if operator == Op.NE else negate(reader.builder, there), BOOL)
    if not isinstance(left, Pointer) or not isinstance(right, Pointer) or left.base != right.base:
        raise reader.unsupported("comparing pointers into different arrays")
    return Scalar(compare(reader.builder, operator, _offset(reader, left), _offset(reader, right), I64), BOOL)


def difference(reader: Reader, left: Value, right: Value) -> Scalar:
    """`left - right`, in elements."""
    if not isinstance(left, Pointer) or not isinstance(right, Pointer) or left.base != right.base:
        raise reader.unsupported("the difference of pointers into different arrays")
    builder = reader.builder
    distance = builder.value("arith.subi", [_offset(reader, left), _offset(reader, right)], I64.mlir())
    size = scalars_in(left.pointee)
    if size != 1:
        distance = builder.value("arith.divsi", [distance, builder.constant(size, I64.mlir())], I64.mlir())
    return Scalar(distance, I64)
