"""Lvalues: where a value lives, and how it is read and written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.c_types import (
    ArrayType,
    Bool,
    CType,
    StructType,
    Vector,
    is_stored,
    memory_type,
    scalar_of,
    scalars_in,
    shape_of,
    size_of,
    value_type,
)
from xpiler.frontend.value_bits import with_bits_of
from xpiler.frontend.values import AddressOf, Aggregate, Opaque, Pointer, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader
    from xpiler.frontend.variables import Variable


class Place:
    """Base of all places."""

    ctype: CType

    def load(self, reader: Reader) -> Value:
        raise NotImplementedError

    def store(self, reader: Reader, value: Value) -> None:
        raise NotImplementedError

    def lane(self, reader: Reader, lane: ir.Value) -> Place:
        """One lane (an index) of a place of vector type."""
        return LanePlace(self, lane)

    def member(self, reader: Reader, name: str) -> Place:
        """One field of a place of record type."""
        return field_of_value(reader, self, name)

    def address(self, reader: Reader) -> Value | None:
        """The pointer to this place, None where it is not memory."""
        return None


@dataclass(frozen=True)
class VariablePlace(Place):
    """A variable in SSA form."""

    variable: Variable

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        return self.variable.ctype

    def load(self, reader: Reader) -> Value:
        return self.variable.read(reader)

    def store(self, reader: Reader, value: Value) -> None:
        reader.state.assign(self.variable, value)
        reader.name_value(value, self.variable.name)


@dataclass(frozen=True)
class BitsPlace(Place):
    """A variable's bits as a value of another type as wide: `*(int *)&x`."""

    place: Place
    ctype: CType

    def load(self, reader: Reader) -> Value:
        return self._cast(reader, self.place.load(reader), self.ctype)

    def store(self, reader: Reader, value: Value) -> None:
        self.place.store(reader, self._cast(reader, value, self.place.ctype))

    def _cast(self, reader: Reader, value: Value, ctype: CType) -> Value:
        return with_bits_of(reader, value, ctype)


@dataclass(frozen=True)
class ElementPlace(Place):
    """One object in memory: the element (or the row of lanes) at some indices of a memref."""

    base: ir.Value
    indices: tuple[ir.Value, ...]
    ctype: CType

    def load(self, reader: Reader) -> Value:
        builder, ctype = reader.builder, self.ctype
        if isinstance(ctype, Vector):
            return Scalar(builder.value("vector.load", [self.base, *self._lanes(reader)], ctype.mlir()), ctype)
        loaded = builder.value("memref.load", [self.base, *self.indices], ir.MemRefType(self.base.type).element_type)
        if isinstance(ctype, Bool):
            loaded = reader.convert_ssa(loaded, reader.byte, ctype)
        return Scalar(loaded, ctype)

    def store(self, reader: Reader, value: Value) -> None:
        assert isinstance(value, Scalar)
        ssa = value.ssa
        if isinstance(self.ctype, Vector):
            reader.builder.op("vector.store", [ssa, self.base, *self._lanes(reader)])
            return
        if isinstance(self.ctype, Bool):
            ssa = reader.builder.value("arith.extui", [ssa], ir.IntegerType.get_signless(8))
        reader.builder.op("memref.store", [ssa, self.base, *self.indices])

    def _lanes(self, reader: Reader) -> tuple[ir.Value, ...]:
        """The indices of the first lane: an array of vectors has the lanes as its last dimension."""
        rank = ir.MemRefType(self.base.type).rank
        return (*self.indices, reader.builder.index(0)) if len(self.indices) < rank else self.indices

    def lane(self, reader: Reader, lane: ir.Value) -> Place:
        assert isinstance(self.ctype, Vector)
        *outer, first = self._lanes(reader)
        position = reader.builder.add_index(first, lane)
        assert position is not None
        return ElementPlace(self.base, (*outer, position), self.ctype.element)

    def address(self, reader: Reader) -> Value | None:
        indices = self._lanes(reader) if isinstance(self.ctype, Vector) else self.indices
        flat, offset = flatten(reader, self.base, indices)
        return Pointer(flat, offset, self.ctype)


@dataclass(frozen=True)
class ArrayPlace(Place):
    """An array in memory, or a row of one: a memref and the leading indices."""

    base: ir.Value
    indices: tuple[ir.Value, ...]
    ctype: ArrayType

    def load(self, reader: Reader) -> Value:
        """An array read as a value is the pointer to its first element."""
        rank = ir.MemRefType(self.base.type).rank
        zero = [reader.builder.index(0)] * (rank - len(self.indices))
        flat, offset = flatten(reader, self.base, (*self.indices, *zero))
        return Pointer(flat, offset, self.ctype.element)

    def store(self, reader: Reader, value: Value) -> None:
        raise TypeError("an array is not assigned")

    def element(self, reader: Reader, index: ir.Value) -> Place:
        """The element (or row) at an index."""
        indices = (*self.indices, index)
        inner = self.ctype.element
        if isinstance(inner, ArrayType):
            return ArrayPlace(self.base, indices, inner)
        if isinstance(inner, StructType):
            base, offset = flatten(reader, self.base, (*indices, reader.builder.index(0)))
            return RecordPlace(base, offset if offset is not None else reader.builder.index(0), inner)
        return ElementPlace(self.base, indices, inner)

    def address(self, reader: Reader) -> Value | None:
        pointer = self.load(reader)
        assert isinstance(pointer, Pointer)
        return replace(pointer, pointee=self.ctype)


@dataclass(frozen=True)
class LanePlace(Place):
    """A lane of a vector that is a value."""

    vector: Place
    position: ir.Value

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        assert isinstance(self.vector.ctype, Vector)
        return self.vector.ctype.element

    def load(self, reader: Reader) -> Value:
        whole = self.vector.load(reader)
        assert isinstance(whole, Scalar)
        return Scalar(reader.lanes.extract(whole.ssa, self.position), self.ctype)

    def store(self, reader: Reader, value: Value) -> None:
        whole = self.vector.load(reader)
        assert isinstance(whole, Scalar) and isinstance(value, Scalar)
        self.vector.store(reader, Scalar(reader.lanes.insert(value.ssa, whole.ssa, self.position), whole.ctype))


@dataclass(frozen=True)
class FieldPlace(Place):
    """A field of a record that is a value."""

    record: Place
    name: str

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        assert isinstance(self.record.ctype, StructType)
        return value_type(dict(self.record.ctype.fields)[self.name])

    def load(self, reader: Reader) -> Value:
        whole = self.record.load(reader)
        assert isinstance(whole, Aggregate)
        return whole.fields[self.name]

    def store(self, reader: Reader, value: Value) -> None:
        whole = self.record.load(reader)
        assert isinstance(whole, Aggregate)
        self.record.store(reader, whole.with_field(self.name, value))


@dataclass(frozen=True)
class LanesPlace(Place):
    """An array, or a row of one, whose elements are lanes of a vector: an array in a record that is a value."""

    vector: Place
    first: ir.Value | None
    ctype: ArrayType

    def load(self, reader: Reader) -> Value:
        """An array read as a value is the address of its first element."""
        return AddressOf(self, self.ctype.element)

    def store(self, reader: Reader, value: Value) -> None:
        raise TypeError("an array is not assigned")

    def element(self, reader: Reader, index: ir.Value) -> Place:
        inner = self.ctype.element
        lane = reader.builder.add_index(self.first, reader.builder.scale_index(index, scalars_in(inner)))
        assert lane is not None
        return LanesPlace(self.vector, lane, inner) if isinstance(inner, ArrayType) else LanePlace(self.vector, lane)


def field_of_value(reader: Reader, record: Place, name: str) -> Place:
    """A field of a record that is a value; those of a union share the bits of the largest."""
    assert isinstance(record.ctype, StructType)
    ctype = dict(record.ctype.fields)[name]
    stored, kind = record.ctype.stored[0]
    place: Place = FieldPlace(record, name)
    if record.ctype.is_union and name != stored:
        if size_of(kind) % size_of(scalar_of(ctype)) or not (is_stored(ctype) and is_stored(kind)):
            raise reader.unsupported(f"the member '{name}' of a union")
        whole = FieldPlace(record, stored)
        lanes = size_of(kind) // size_of(scalar_of(ctype))
        if size_of(ctype) == size_of(kind):
            place = BitsPlace(whole, value_type(ctype))
        elif isinstance(ctype, (ArrayType, Vector, StructType)):
            raise reader.unsupported(f"the member '{name}' of a union, which is smaller than another one")
        else:
            return LanePlace(BitsPlace(whole, Vector(ctype, lanes)), reader.builder.index(0))
    if not isinstance(ctype, ArrayType):
        return place
    if not scalar_of(ctype).is_arithmetic or isinstance(_innermost(ctype), StructType):
        raise reader.unsupported(f"the array '{name}' of a record", "use one field for each element")
    return LanesPlace(place, None, ctype)


def _innermost(ctype: CType) -> CType:
    while isinstance(ctype, ArrayType):
        ctype = ctype.element
    return ctype


@dataclass(frozen=True)
class RecordPlace(Place):
    """A record in memory: its fields are where the compiler lays them out, the scalars of a rank-1 memref from `offset` on."""

    base: ir.Value
    offset: ir.Value
    ctype: StructType

    def member(self, reader: Reader, name: str) -> Place:
        position = [field for field, _ in self.ctype.fields].index(name)
        ctype, at = self.ctype.fields[position][1], self.ctype.offsets[position]
        unit = size_of(scalar_of(self.ctype))
        offset = reader.builder.add_index(self.offset, reader.builder.index(at // unit)) if at else self.offset
        seen = reader.arrays.view(Pointer(self.base, offset, self.ctype), ctype)
        return object_at(seen.base, seen.offset if seen.offset is not None else reader.builder.index(0), ctype)

    def load(self, reader: Reader) -> Value:
        return Aggregate(self.ctype, {name: self._whole(reader, name).load(reader) for name, _ in self.ctype.stored})

    def store(self, reader: Reader, value: Value) -> None:
        assert isinstance(value, Aggregate)
        for name, _ in self.ctype.stored:
            self._whole(reader, name).store(reader, value.fields[name])

    def _whole(self, reader: Reader, name: str) -> Place:
        """A field as one value: an array as the vector of its elements."""
        place = self.member(reader, name)
        kind = value_type(place.ctype)
        if not isinstance(place, RowPlace) or not isinstance(kind, Vector):
            return place
        aligned = self.ctype.alignment >= size_of(kind)
        return ElementPlace(place.base, (place.offset,), kind) if aligned else ElementsPlace(place.base, place.offset, kind)

    def address(self, reader: Reader) -> Value | None:
        return Pointer(self.base, self.offset, self.ctype)


@dataclass(frozen=True)
class ElementsPlace(Place):
    """Elements of memory that follow each other as one vector, of which nothing says that it is aligned as such."""

    base: ir.Value
    offset: ir.Value
    ctype: Vector

    def _element(self, reader: Reader, lane: int) -> Place:
        return ElementPlace(self.base, (reader.builder.add_index(self.offset, reader.builder.index(lane)),), self.ctype.element)

    def load(self, reader: Reader) -> Value:
        elements = [self._element(reader, lane).load(reader) for lane in range(self.ctype.lanes)]
        lanes = [element.ssa for element in elements if isinstance(element, Scalar)]
        return Scalar(reader.lanes.build(lanes, self.ctype.mlir()), self.ctype)

    def store(self, reader: Reader, value: Value) -> None:
        assert isinstance(value, Scalar)
        for lane in range(self.ctype.lanes):
            self._element(reader, lane).store(reader, Scalar(reader.lanes.extract(value.ssa, lane), self.ctype.element))


@dataclass(frozen=True)
class ValuePlace(Place):
    """A temporary: what a const reference is bound to when the argument is a value."""

    value: Value

    @property
    def ctype(self) -> CType:  # type: ignore[override]
        return self.value.ctype

    def load(self, reader: Reader) -> Value:
        return self.value

    def store(self, reader: Reader, value: Value) -> None:
        raise TypeError("a temporary is not assigned")

    def address(self, reader: Reader) -> Value | None:
        return self.value if isinstance(self.value, Opaque) else None


def flatten(reader: Reader, base: ir.Value, indices: tuple[ir.Value, ...]) -> tuple[ir.Value, ir.Value | None]:
    """A memref and indices as a rank-1 memref and one offset."""
    shape = ir.MemRefType(base.type).shape
    offset: ir.Value | None = None
    for extent, index in zip(shape, indices, strict=True):
        offset = reader.builder.add_index(reader.builder.scale_index(offset, extent), index)
    return reader.arrays.collapsed(base), offset


def pointed_place(reader: Reader, pointer: Pointer) -> Place:
    """The place `*pointer`."""
    offset = pointer.offset if pointer.offset is not None else reader.builder.index(0)
    return object_at(pointer.base, offset, pointer.pointee)


def object_at(base: ir.Value, offset: ir.Value, ctype: CType) -> Place:
    """The object of a type that begins at a scalar of rank-1 memory."""
    if isinstance(ctype, ArrayType):
        return RowPlace(base, offset, ctype)
    return RecordPlace(base, offset, ctype) if isinstance(ctype, StructType) else ElementPlace(base, (offset,), ctype)


@dataclass(frozen=True)
class RowPlace(Place):
    """An array seen through a pointer: `float (*rows)[32]`."""

    base: ir.Value
    offset: ir.Value
    ctype: ArrayType

    def load(self, reader: Reader) -> Value:
        return Pointer(self.base, self.offset, self.ctype.element)

    def element(self, reader: Reader, index: ir.Value) -> Place:
        inner = self.ctype.element
        step = reader.builder.scale_index(index, scalars_in(inner))
        offset = reader.builder.add_index(self.offset, step)
        assert offset is not None
        return object_at(self.base, offset, inner)

    def address(self, reader: Reader) -> Value | None:
        return Pointer(self.base, self.offset, self.ctype)


def array_memref(ctype: ArrayType, space: ir.Attribute | None) -> ir.Type:
    """The memref type of an array object."""
    return ir.MemRefType.get(shape_of(ctype), memory_type(ctype), memory_space=space)
