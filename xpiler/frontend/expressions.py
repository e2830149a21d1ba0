"""Expressions: a table of readers for values, one for places, and the rules between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import ArrayType
from xpiler.frontend.cursors import children
from xpiler.frontend.places import Place, ValuePlace
from xpiler.frontend.values import Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

RVALUES: dict[CursorKind, Callable[[Reader, Cursor], Value | None]] = {}
LVALUES: dict[CursorKind, Callable[[Reader, Cursor], Place]] = {}
WRAPPERS = {CursorKind.PAREN_EXPR, CursorKind.UNEXPOSED_EXPR, CursorKind.CSTYLE_CAST_EXPR}
_LOADED = False


def rvalue_of(*kinds: CursorKind) -> Callable[[Any], Any]:
    """Registers the reader of some kinds of expression for their value."""

    def register(function: Any) -> Any:
        for kind in kinds:
            RVALUES[kind] = function
        return function

    return register


def lvalue_of(*kinds: CursorKind) -> Callable[[Any], Any]:
    """Registers the reader of some kinds of expression for the place they name."""

    def register(function: Any) -> Any:
        for kind in kinds:
            LVALUES[kind] = function
        return function

    return register


def _load() -> None:
    global _LOADED
    if not _LOADED:
        from xpiler.frontend import assignments, call_expressions, casts, literals, operators, references  # noqa: F401

        _LOADED = True


def rvalue(reader: Reader, cursor: Cursor) -> Value | None:
    """The value of an expression; None where it is void."""
    _load()
    with reader.at(cursor):
        known = RVALUES.get(cursor.kind)
        if known is not None:
            return known(reader, cursor)
        if cursor.kind in LVALUES:
            return LVALUES[cursor.kind](reader, cursor).load(reader)
        raise reader.unsupported(f"this expression ({cursor.kind.name.lower()})")


def lvalue(reader: Reader, cursor: Cursor) -> Place:
    """The place an expression names; a temporary for a value."""
    _load()
    with reader.at(cursor):
        known = LVALUES.get(cursor.kind)
        if known is not None:
            return known(reader, cursor)
        value = rvalue(reader, cursor)
        if value is None:
            raise reader.unsupported("a void expression as a place")
        return ValuePlace(value)


def discard(reader: Reader, cursor: Cursor) -> None:
    """Reads an expression for its effect: what it assigns is not read back."""
    _load()
    inner = cursor
    while inner.kind in WRAPPERS and len(children(inner)) == 1:
        inner = children(inner)[0]
    kind = inner.kind
    assigns = kind == CursorKind.COMPOUND_ASSIGNMENT_OPERATOR or (
        kind == CursorKind.BINARY_OPERATOR and inner.binary_operator.is_assignment
    )
    if kind == CursorKind.CALL_EXPR:
        from xpiler.frontend.call_expressions import called

        called(reader, inner)
    elif assigns or (kind in LVALUES and kind not in RVALUES):
        lvalue(reader, inner)
    else:
        rvalue(reader, inner)


def array_of(reader: Reader, cursor: Cursor) -> Any:
    """The array an expression names before it decays (a place with `element`), or None."""
    inner = cursor
    while inner.kind in (CursorKind.UNEXPOSED_EXPR, CursorKind.PAREN_EXPR) and len(children(inner)) == 1:
        inner = children(inner)[0]
    if not isinstance(reader.ctype(inner), ArrayType) or inner.kind not in LVALUES:
        return None
    place = lvalue(reader, inner)
    return place if hasattr(place, "element") else None
