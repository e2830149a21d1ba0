"""Questions about clang cursors that its Python bindings do not answer directly."""

from __future__ import annotations

import ctypes
from enum import IntEnum

from clang.cindex import Cursor, CursorKind, TypeKind, conf

from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.frontend.cursor_walks import quicken

LIB = conf.lib
LIB.clang_getCursorUnaryOperatorKind.argtypes = [Cursor]
LIB.clang_getCursorUnaryOperatorKind.restype = ctypes.c_int
LIB.clang_Cursor_Evaluate.argtypes = [Cursor]
LIB.clang_Cursor_Evaluate.restype = ctypes.c_void_p
LIB.clang_Cursor_getVarDeclInitializer.argtypes = [Cursor]
LIB.clang_Cursor_getVarDeclInitializer.restype = Cursor
for _name, _result in (
    ("getKind", ctypes.c_int),
    ("isUnsignedInt", ctypes.c_uint),
    ("getAsLongLong", ctypes.c_longlong),
    ("getAsUnsigned", ctypes.c_ulonglong),
    ("getAsDouble", ctypes.c_double),
    ("getAsStr", ctypes.c_char_p),
    ("dispose", None),
):
    _function = getattr(LIB, f"clang_EvalResult_{_name}")
    _function.argtypes, _function.restype = [ctypes.c_void_p], _result

quicken()

EVALUATED_INT, EVALUATED_FLOAT = 1, 2
TRANSPARENT = {CursorKind.PAREN_EXPR, CursorKind.UNEXPOSED_EXPR}


class Unary(IntEnum):
    """libclang's CXUnaryOperatorKind."""

    POST_INC = 1
    POST_DEC = 2
    PRE_INC = 3
    PRE_DEC = 4
    ADDRESS_OF = 5
    DEREF = 6
    PLUS = 7
    MINUS = 8
    NOT = 9
    LOGICAL_NOT = 10
    REAL = 11
    IMAG = 12
    EXTENSION = 13


STEPS = {Unary.POST_INC, Unary.POST_DEC, Unary.PRE_INC, Unary.PRE_DEC}


def children(cursor: Cursor) -> list[Cursor]:
    return list(cursor.get_children())


def expressions(cursor: Cursor) -> list[Cursor]:
    """The children that are expressions: without type and template references and attributes."""
    return [child for child in cursor.get_children() if child.kind.is_expression() and not child.kind.is_reference()]


def unary_kind(cursor: Cursor) -> Unary:
    """The operator of a UNARY_OPERATOR."""
    return Unary(LIB.clang_getCursorUnaryOperatorKind(cursor))


def evaluate(cursor: Cursor) -> int | float | None:
    """The constant an expression folds to, macros and substituted template arguments included."""
    result = LIB.clang_Cursor_Evaluate(cursor)
    if not result:
        return None
    try:
        kind = LIB.clang_EvalResult_getKind(result)
        if kind == EVALUATED_INT:
            if LIB.clang_EvalResult_isUnsignedInt(result):
                return LIB.clang_EvalResult_getAsUnsigned(result)
            return LIB.clang_EvalResult_getAsLongLong(result)
        if kind == EVALUATED_FLOAT:
            return LIB.clang_EvalResult_getAsDouble(result)
        return None
    finally:
        LIB.clang_EvalResult_dispose(result)


def bare(cursor: Cursor) -> Cursor:
    """The expression without parentheses and implicit casts."""
    while cursor.kind in TRANSPARENT:
        inner = children(cursor)
        if len(inner) != 1:
            return cursor
        cursor = inner[0]
    return cursor


def callee(call: Cursor) -> Cursor | None:
    """The function that a call names, parentheses around it or not; None where it is called through a value."""
    if call.referenced is not None:
        return call.referenced
    named = substituted(bare(next(iter(children(call)), call)))
    is_function = (
        named.kind == CursorKind.DECL_REF_EXPR and named.referenced is not None and named.referenced.kind == CursorKind.FUNCTION_DECL
    )
    return named.referenced if is_function else None


def substituted(cursor: Cursor) -> Cursor:
    """The function that a template was given where its text names a parameter (`template <float (*f)(float)>`)."""
    while cursor.kind == CursorKind.DECL_REF_EXPR and cursor.referenced is None and (inner := list(cursor.get_children())):
        cursor = bare(inner[0])
        if cursor.kind == CursorKind.UNARY_OPERATOR:  # the address that a pointer to a function is made of
            cursor = bare(next(iter(cursor.get_children())))
    return cursor


def definition_of(function: Cursor) -> Cursor | None:
    """The function with its body: itself where it has one (an instantiation's definition is the pattern)."""
    return function if body_of(function) is not None else function.get_definition()


def initializer_of(declaration: Cursor) -> Cursor | None:
    """The initialiser of a variable, a constructor's call included."""
    found = LIB.clang_Cursor_getVarDeclInitializer(declaration)
    if found.is_null():
        return None
    found._tu = declaration._tu
    return found


def body_of(function: Cursor) -> Cursor | None:
    """A function's body."""
    for child in function.get_children():
        if child.kind == CursorKind.COMPOUND_STMT:
            return child
    return None


def is_void(clang_type) -> bool:
    return clang_type.get_canonical().kind == TypeKind.VOID


def gives_status(function: Cursor) -> bool:
    """Whether a function's result is an integer that is a constant of the text wherever it returns: 0, -1, an enumerator."""
    if function.result_type.get_canonical().kind not in (TypeKind.INT, TypeKind.UINT, TypeKind.ENUM, TypeKind.LONG, TypeKind.BOOL):
        return False
    returns = [node for node in function.walk_preorder() if node.kind == CursorKind.RETURN_STMT]
    return bool(returns) and all(children(node) and _is_literal(children(node)[0]) for node in returns)


def _is_literal(cursor: Cursor) -> bool:
    value = bare(cursor)
    if value.kind == CursorKind.UNARY_OPERATOR and children(value):
        value = bare(children(value)[0])
    if value.kind == CursorKind.DECL_REF_EXPR:
        return value.referenced is not None and value.referenced.kind == CursorKind.ENUM_CONSTANT_DECL
    return value.kind in (CursorKind.INTEGER_LITERAL, CursorKind.CXX_BOOL_LITERAL_EXPR)


def is_reference(clang_type) -> bool:
    return clang_type.get_canonical().kind in (TypeKind.LVALUEREFERENCE, TypeKind.RVALUEREFERENCE)


def place_of(cursor: Cursor) -> Place:
    """Where a cursor is, as a diagnostic says it."""
    location = cursor.location
    return Place(location.file.name if location.file else "<unknown>", location.line, location.column)


def invalid(cursor: Cursor, message: str, hint: str = "") -> InvalidInput:
    """A located error of the user's; to be raised."""
    return InvalidInput(message, place_of(cursor), hint)


def unsupported(cursor: Cursor, message: str, hint: str = "") -> Unsupported:
    """A located refusal; to be raised."""
    return Unsupported(message, place_of(cursor), hint)
