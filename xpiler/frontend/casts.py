"""Conversions: clang's implicit ones (unexposed expressions) and the written ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import CType, Vector, Void
from xpiler.frontend.cursors import children, expressions, is_reference
from xpiler.frontend.expressions import LVALUES, lvalue, lvalue_of, rvalue, rvalue_of
from xpiler.frontend.places import Place
from xpiler.frontend.pointers import dereferenced
from xpiler.frontend.swizzles import swizzle
from xpiler.frontend.value_bits import share_bits, with_bits_of
from xpiler.frontend.values import AddressOf, Pointer, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@rvalue_of(CursorKind.PAREN_EXPR)
def parenthesised(reader: Reader, cursor: Cursor) -> Value | None:
    return rvalue(reader, children(cursor)[0])


@lvalue_of(CursorKind.PAREN_EXPR)
def parenthesised_place(reader: Reader, cursor: Cursor) -> Place:
    return lvalue(reader, children(cursor)[0])


def single_child(reader: Reader, cursor: Cursor) -> Cursor | None:
    """What an unexposed expression wraps; None where it stands for a default."""
    inner = expressions(cursor)
    if len(inner) > 1:
        raise reader.unsupported("this expression")
    return inner[0] if inner else None


@rvalue_of(CursorKind.UNEXPOSED_EXPR)
def implicit(reader: Reader, cursor: Cursor) -> Value | None:
    """An implicit conversion, a vector's member, or a wrapper without meaning."""
    inner = single_child(reader, cursor)
    if inner is None:
        return _value_initialised(reader, cursor)
    if is_swizzle(reader, cursor, inner):
        return swizzle(reader, cursor, inner).load(reader)
    value = rvalue(reader, inner)
    if value is None:
        return None
    target = reader.ctype(cursor)
    return value if isinstance(target, Void) else _converted(reader, value, target)


def _converted(reader: Reader, value: Value, target: CType) -> Value:
    """A value in another type; a vector that becomes another vector keeps its bits."""
    source = value.ctype
    if isinstance(target, Vector) and isinstance(source, Vector) and source.element != target.element and share_bits(source, target):
        return with_bits_of(reader, value, target)
    return reader.convert(value, target)


@lvalue_of(CursorKind.UNEXPOSED_EXPR)
def implicit_place(reader: Reader, cursor: Cursor) -> Place:
    inner = single_child(reader, cursor)
    if inner is not None and is_swizzle(reader, cursor, inner):
        return swizzle(reader, cursor, inner)
    if inner is None or inner.kind not in LVALUES or reader.ctype(inner) != reader.ctype(cursor):
        from xpiler.frontend.places import ValuePlace

        value = implicit(reader, cursor)
        assert value is not None
        return ValuePlace(value)
    return lvalue(reader, inner)


def is_swizzle(reader: Reader, cursor: Cursor, inner: Cursor) -> bool:
    """Whether an unexposed expression is `v.x` of a clang vector: a vector that becomes another type."""
    source, target = reader.ctype(inner), reader.ctype(cursor)
    if not isinstance(source, Vector) or source == target or isinstance(target, Void):
        return False
    is_cast = isinstance(target, Vector) and source.element != target.element
    return not is_cast and not _is_call(inner)


def _is_call(inner: Cursor) -> bool:
    """A call gives a record that a conversion function may turn into something else."""
    return inner.kind == CursorKind.CALL_EXPR and inner.spelling.startswith("operator ")


def _value_initialised(reader: Reader, cursor: Cursor) -> Value:
    """`T()` and elements that an initialiser leaves out: zero."""
    from xpiler.frontend.initializers import zero

    return zero(reader, reader.ctype(cursor))


@rvalue_of(CursorKind.CSTYLE_CAST_EXPR, CursorKind.CXX_STATIC_CAST_EXPR, CursorKind.CXX_FUNCTIONAL_CAST_EXPR)
def written(reader: Reader, cursor: Cursor) -> Value | None:
    target = reader.ctype(cursor)
    inner = expressions(cursor)
    if not inner:
        return _value_initialised(reader, cursor)
    if isinstance(target, Void):
        from xpiler.frontend.expressions import discard

        discard(reader, inner[-1])
        return None
    value = rvalue(reader, inner[-1])
    assert value is not None
    return _converted(reader, value, target)


@rvalue_of(CursorKind.CXX_REINTERPRET_CAST_EXPR, CursorKind.CXX_CONST_CAST_EXPR)
def reinterpreted(reader: Reader, cursor: Cursor) -> Value | None:
    if is_reference(cursor.type):
        return lvalue(reader, cursor).load(reader)
    return written(reader, cursor)


@lvalue_of(
    CursorKind.CXX_REINTERPRET_CAST_EXPR, CursorKind.CSTYLE_CAST_EXPR, CursorKind.CXX_CONST_CAST_EXPR, CursorKind.CXX_STATIC_CAST_EXPR
)
def retyped_place(reader: Reader, cursor: Cursor) -> Place:
    """`reinterpret_cast<float4 &>(a[i])`: the place, seen as another type."""
    inner = expressions(cursor)[-1]
    target = reader.ctype(cursor)
    place = lvalue(reader, inner)
    if place.ctype == target:
        return place
    address = place.address(reader)
    if isinstance(address, Pointer):
        return dereferenced(reader, reader.arrays.view(address, target))
    from xpiler.frontend.places import ValuePlace

    value = written(reader, cursor)
    assert isinstance(value, (Scalar, Pointer, AddressOf))
    return ValuePlace(value)
