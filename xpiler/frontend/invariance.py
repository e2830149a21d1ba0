"""Whether an expression has the same value in every iteration of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.c_types import ArrayType
from xpiler.frontend.cursors import Unary, bare, children, evaluate, unary_kind
from xpiler.frontend.mutations import roots
from xpiler.frontend.places import ArrayPlace, ElementPlace, VariablePlace
from xpiler.frontend.reader import behind
from xpiler.frontend.values import Pointer
from xpiler.frontend.variables import Variable

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

WRITES = {CursorKind.COMPOUND_ASSIGNMENT_OPERATOR}


def is_invariant(reader: Reader, expression: Cursor, body: Cursor, changed: set[Variable]) -> bool:
    """Whether the expression has no effect and reads nothing that the loop changes."""
    if evaluate(expression) is not None:
        return True
    kind = expression.kind
    if kind == CursorKind.DECL_REF_EXPR:
        return _unchanged(reader, expression, body, changed)
    if kind == CursorKind.CALL_EXPR:
        pure = expression.spelling in reader.language.invariant_calls
        return pure and all(is_invariant(reader, argument, body, changed) for argument in expression.get_arguments())
    if kind == CursorKind.BINARY_OPERATOR and expression.binary_operator.is_assignment:
        return False
    if kind in WRITES or kind == CursorKind.LAMBDA_EXPR:
        return False
    if kind == CursorKind.UNARY_OPERATOR and unary_kind(expression) not in (Unary.PLUS, Unary.MINUS, Unary.NOT, Unary.LOGICAL_NOT):
        return False
    if kind == CursorKind.ARRAY_SUBSCRIPT_EXPR and not _reads_untouched(reader, expression, body):
        return False
    return all(is_invariant(reader, child, body, changed) for child in children(expression) if not child.kind.is_reference())


def _unchanged(reader: Reader, expression: Cursor, body: Cursor, changed: set[Variable]) -> bool:
    place = reader.binding(expression.referenced)
    variables = behind(place)
    if variables:
        return not any(variable in changed for variable in variables)
    return not isinstance(place, ElementPlace) or not _may_write(reader, body, place.base)


def _reads_untouched(reader: Reader, subscript: Cursor, body: Cursor) -> bool:
    base = _base_of(reader, subscript)
    return base is not None and not _may_write(reader, body, base)


def _base_of(reader: Reader, expression: Cursor) -> ir.Value | None:
    """The memref an lvalue is in, where it is known without reading it."""
    for root in roots(expression):
        place = reader.binding(root)
        if isinstance(place, (ArrayPlace, ElementPlace)):
            return place.base
        if isinstance(place, VariablePlace) and isinstance(place.variable.value, Pointer):
            return place.variable.value.base
    return None


def _may_write(reader: Reader, body: Cursor, base: ir.Value) -> bool:
    """Whether running the body may change the memory of a base."""
    for written in _written_lvalues(body):
        target = _base_of(reader, written)
        if target is None and isinstance(reader.ctype(written), ArrayType):
            return True
        if target is None and not _is_variable(reader, written):
            return True
        if target is not None and (target == base or not reader.arrays.apart(target, base)):
            return True
    return _calls_unknown(reader, body)


def _is_variable(reader: Reader, written: Cursor) -> bool:
    inner = bare(written)
    if inner.kind == CursorKind.DECL_REF_EXPR:
        return reader.binding(inner.referenced) is None or isinstance(reader.binding(inner.referenced), VariablePlace)
    if inner.kind == CursorKind.MEMBER_REF_EXPR and children(inner):
        return _is_variable(reader, children(inner)[0])
    return False


def _written_lvalues(cursor: Cursor):
    kind = cursor.kind
    if kind in WRITES or (kind == CursorKind.BINARY_OPERATOR and cursor.binary_operator.is_assignment):
        yield children(cursor)[0]
    elif kind == CursorKind.UNARY_OPERATOR and unary_kind(cursor) <= Unary.PRE_DEC:
        yield children(cursor)[0]
    for child in cursor.get_children():
        yield from _written_lvalues(child)


def _calls_unknown(reader: Reader, cursor: Cursor) -> bool:
    if cursor.kind == CursorKind.CALL_EXPR and cursor.spelling not in reader.language.invariant_calls:
        return True
    return any(_calls_unknown(reader, child) for child in cursor.get_children())
