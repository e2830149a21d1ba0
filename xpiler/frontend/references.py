"""Names, members, subscripts and dereferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import OpaqueType, Vector
from xpiler.frontend.cursors import bare, children, evaluate, expressions, invalid, substituted
from xpiler.frontend.expressions import array_of, lvalue, lvalue_of
from xpiler.frontend.literals import folded
from xpiler.frontend.places import Place, ValuePlace
from xpiler.frontend.pointers import dereferenced, element
from xpiler.frontend.swizzles import NAMES
from xpiler.frontend.values import Opaque

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

FUNCTIONS = {CursorKind.FUNCTION_DECL, CursorKind.CXX_METHOD, CursorKind.FUNCTION_TEMPLATE, CursorKind.CONVERSION_FUNCTION}


@lvalue_of(CursorKind.DECL_REF_EXPR)
def name(reader: Reader, cursor: Cursor) -> Place:
    """A variable, a constant, a function, or one of the language's own names."""
    declaration = cursor.referenced
    bound = reader.binding(declaration)
    if bound is not None:
        return bound
    if declaration is not None and declaration.kind in FUNCTIONS:
        return ValuePlace(Opaque(OpaqueType("function"), declaration))
    spelled = cursor.spelling or _spelled(cursor)
    constant = folded(reader, cursor, spelled)
    if constant is not None:
        return ValuePlace(constant)
    own = reader.language.variables.get(cursor.spelling)
    if own is not None:
        return ValuePlace(own(reader, cursor, ""))
    given = substituted(cursor)
    if given != cursor:
        return lvalue(reader, given)
    place = reader.globals_of(declaration)
    if place is None:
        raise invalid(cursor, f"'{spelled}' has no value here", "a kernel reads its parameters, its own variables and constants")
    return place


def _spelled(cursor: Cursor) -> str:
    """The name in the source of a substituted template argument."""
    token = next(iter(cursor.get_tokens()), None)
    return token.spelling if token is not None and token.spelling.isidentifier() else ""


@lvalue_of(CursorKind.MEMBER_REF_EXPR, CursorKind.MEMBER_REF)
def member(reader: Reader, cursor: Cursor) -> Place:
    """`record.field`, `pointer->field`, and a field of `*this`."""
    inner = expressions(cursor)
    constant = evaluate(cursor) if cursor.referenced.kind != CursorKind.FIELD_DECL else None
    if constant is not None:
        found = folded(reader, cursor, cursor.spelling)
        if found is not None:
            return ValuePlace(found)
    static = reader.language.variables.get(cursor.spelling) if cursor.referenced.kind != CursorKind.FIELD_DECL else None
    if static is not None:
        return ValuePlace(static(reader, cursor, ""))
    if not inner:
        return _of_this(reader, cursor)
    base = bare(inner[0])
    own = (
        reader.language.variables.get(base.spelling)
        if base.kind == CursorKind.DECL_REF_EXPR and reader.binding(base.referenced) is None
        else None
    )
    if own is not None:
        return ValuePlace(own(reader, cursor, cursor.spelling))
    if inner[0].type.get_canonical().kind.name == "POINTER":
        record = dereferenced(reader, reader.rvalue(inner[0]))
    else:
        record = lvalue(reader, inner[0])
    return field_of(reader, record, cursor.spelling)


def field_of(reader: Reader, record: Place, spelling: str) -> Place:
    """A field of a record, or a lane of a record that is a vector."""
    if isinstance(record.ctype, Vector):
        if spelling not in NAMES or NAMES[spelling] >= record.ctype.lanes:
            raise reader.unsupported(f"the member '{spelling}' of a vector")
        return record.lane(reader, reader.builder.index(NAMES[spelling]))
    own = getattr(record.ctype, "member", None)
    found = own(spelling, record) if own is not None else None
    return found if found is not None else record.member(reader, spelling)


def _of_this(reader: Reader, cursor: Cursor) -> Place:
    this = reader.frame.this
    if not isinstance(this, Place):
        raise reader.unsupported(f"the member '{cursor.spelling}' without an object")
    return field_of(reader, this, cursor.spelling)


@lvalue_of(CursorKind.CXX_THIS_EXPR)
def this_pointer(reader: Reader, cursor: Cursor) -> Place:
    from xpiler.frontend.values import AddressOf

    this = reader.frame.this
    if not isinstance(this, Place):
        raise reader.unsupported("'this' without an object")
    return ValuePlace(AddressOf(this, this.ctype))


@lvalue_of(CursorKind.ARRAY_SUBSCRIPT_EXPR)
def subscript(reader: Reader, cursor: Cursor) -> Place:
    """`a[i]` of an array, a row, a pointer or a vector."""
    base, position = children(cursor)
    if reader.ctype(base).is_integer:  # i[a] is a[i]
        base, position = position, base
    array = array_of(reader, base)
    if array is not None:
        return array.element(reader, reader.index(position))
    if isinstance(reader.ctype(base), Vector):
        return lvalue(reader, base).lane(reader, reader.index(position))
    pointer = reader.rvalue(base)
    return element(reader, pointer, reader.index(position))
