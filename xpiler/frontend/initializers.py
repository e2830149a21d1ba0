"""Initialisers: scalars, brace lists, constructors of the language's vectors, zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import ArrayType, CType, OpaqueType, PointerType, StructType, Vector, value_type
from xpiler.frontend.cursors import bare, expressions
from xpiler.frontend.expressions import rvalue_of
from xpiler.frontend.places import ArrayPlace, ElementPlace, Place, RecordPlace
from xpiler.frontend.value_bits import share_bits, with_bits_of
from xpiler.frontend.values import Aggregate, Null, Opaque, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

UNROLLED_ZEROS = 64


def zero(reader: Reader, ctype: CType) -> Value:
    """The value of `T()`: fields have the values at their declarations, everything else is zero."""
    if isinstance(ctype, PointerType):
        return Null(ctype.pointee)
    if isinstance(ctype, StructType):
        return Aggregate(ctype, {name: _without_item(reader, ctype, name, inner) for name, inner in ctype.stored})
    if isinstance(ctype, OpaqueType) and not ctype.spelling:
        return Opaque(ctype)
    return Scalar(reader.builder.zero(ctype), ctype)


@rvalue_of(CursorKind.INIT_LIST_EXPR)
def brace_list(reader: Reader, cursor: Cursor) -> Value:
    """`{a, b}` as a value."""
    return value_of_list(reader, reader.ctype(cursor), expressions(cursor))


def value_of_list(reader: Reader, ctype: CType, items: list[Cursor]) -> Value:
    """A value of a type from the items of a brace list; missing ones are zero."""
    if isinstance(ctype, StructType):
        return _record(reader, ctype, items)
    if isinstance(ctype, Vector):
        return _vector(reader, ctype, items)
    if len(items) > 1:
        raise reader.unsupported("this initialiser")
    return reader.convert(reader.rvalue(items[0]), ctype) if items else zero(reader, ctype)


def _record(reader: Reader, ctype: StructType, items: list[Cursor]) -> Value:
    """A record by its fields in order; a union by the first of them."""
    given = {name: field_value(reader, inner, item) for (name, inner), item in zip(ctype.fields, items, strict=False)}
    fields = {name: given[name] if name in given else _without_item(reader, ctype, name, inner) for name, inner in ctype.stored}
    if ctype.is_union and given and not fields.keys() & given.keys():
        first, inner = ctype.fields[0]
        if not share_bits(inner, ctype.stored[0][1]):
            raise reader.unsupported("this initialiser of a union")
        fields = {name: with_bits_of(reader, given[first], value_type(kind)) for name, kind in ctype.stored}
    return Aggregate(ctype, fields)


def _without_item(reader: Reader, ctype: StructType, name: str, inner: CType) -> Value:
    """A field that a list says nothing of."""
    return field_value(reader, inner, ctype.defaults[name]) if name in ctype.defaults else zero(reader, value_type(inner))


def field_value(reader: Reader, ctype: CType, item: Cursor) -> Value:
    """The value that an item of a list, or the one at its declaration, gives a field of a record."""
    if not isinstance(ctype, ArrayType):
        return reader.convert(reader.rvalue(item), ctype)
    kind = value_type(ctype)
    assert isinstance(kind, Vector)
    return _vector(reader, kind, list(_leaves(bare(item))))


def _leaves(cursor: Cursor) -> Iterator[Cursor]:
    """The numbers of nested brace lists."""
    if cursor.kind != CursorKind.INIT_LIST_EXPR:
        yield cursor
        return
    for item in expressions(cursor):
        yield from _leaves(bare(item))


def _vector(reader: Reader, ctype: Vector, items: list[Cursor]) -> Value:
    if len(items) == 1 and isinstance(reader.ctype(items[0]), Vector):
        return reader.rvalue(items[0])
    if not items:
        return zero(reader, ctype)
    lanes = [reader.scalar(item, ctype.element) for item in items]
    lanes += [reader.builder.zero(ctype.element)] * (ctype.lanes - len(lanes))
    return Scalar(reader.lanes.build(lanes, ctype.mlir()), ctype)


def fill_array(reader: Reader, place: ArrayPlace, initializer: Cursor) -> None:
    """Stores an array's initialiser, element by element."""
    inner = bare(initializer)
    if inner.kind == CursorKind.STRING_LITERAL:
        raise reader.unsupported("an array of characters")
    if inner.kind == CursorKind.CALL_EXPR and not list(inner.get_arguments()):
        return  # the elements' default constructors, which set nothing
    if inner.kind != CursorKind.INIT_LIST_EXPR:
        raise reader.unsupported("this initialiser of an array")
    _fill(reader, place, expressions(inner))


def _fill(reader: Reader, place: ArrayPlace, items: list[Cursor]) -> None:
    ctype = place.ctype
    count = ctype.count or 0
    if len(items) < count and scalars_left(ctype, len(items)) > UNROLLED_ZEROS:
        raise reader.unsupported("a large array initialised at its declaration", "fill it in a loop")
    for position in range(count):
        item = items[position] if position < len(items) else None
        target = place.element(reader, reader.builder.index(position))
        _store(reader, target, item)


def scalars_left(ctype: ArrayType, given: int) -> int:
    """How many elements an initialiser leaves to be zeroed."""
    per_item = 1
    inner: CType = ctype.element
    while isinstance(inner, ArrayType):
        per_item *= inner.count or 0
        inner = inner.element
    return ((ctype.count or 0) - given) * per_item


def _store(reader: Reader, target: Place, item: Cursor | None) -> None:
    if isinstance(target, ArrayPlace):
        _fill(reader, target, expressions(bare(item)) if item is not None and bare(item).kind == CursorKind.INIT_LIST_EXPR else [])
        return
    assert isinstance(target, (ElementPlace, RecordPlace))
    value = zero(reader, target.ctype) if item is None else reader.convert(reader.rvalue(item), target.ctype)
    target.store(reader, value)
