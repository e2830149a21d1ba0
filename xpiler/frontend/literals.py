"""Literals and what clang folds to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.c_types import BOOL, VOID, Float, OpaqueType
from xpiler.frontend.cursors import evaluate
from xpiler.frontend.expressions import rvalue_of
from xpiler.frontend.values import Null, Opaque, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@rvalue_of(
    CursorKind.INTEGER_LITERAL,
    CursorKind.CHARACTER_LITERAL,
    CursorKind.FLOATING_LITERAL,
    CursorKind.CXX_UNARY_EXPR,  # sizeof, alignof
)
def literal(reader: Reader, cursor: Cursor) -> Value:
    value = folded(reader, cursor)
    if value is None:
        raise reader.unsupported("an expression that is not constant here")
    return value


@rvalue_of(CursorKind.CXX_BOOL_LITERAL_EXPR)
def boolean(reader: Reader, cursor: Cursor) -> Value:
    return Scalar(reader.builder.boolean(bool(evaluate(cursor))), BOOL)


def folded(reader: Reader, cursor: Cursor, name: str = "") -> Scalar | None:
    """The constant an arithmetic expression folds to, named after the constant it spells."""
    ctype = reader.ctype(cursor)
    if not ctype.is_arithmetic:
        return None
    value = evaluate(cursor)
    if value is None:
        return None
    if isinstance(ctype, Float):
        value = float(value)
    result = Scalar(reader.builder.constant(value, ctype.mlir()), ctype)
    reader.name_value(result, name)
    return result


@rvalue_of(CursorKind.CXX_NULL_PTR_LITERAL_EXPR, CursorKind.GNU_NULL_EXPR)
def null(reader: Reader, cursor: Cursor) -> Value:
    return Null(VOID)


@rvalue_of(CursorKind.STRING_LITERAL)
def string(reader: Reader, cursor: Cursor) -> Value:
    return Opaque(OpaqueType("string"), cursor.spelling)
