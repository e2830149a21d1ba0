"""Assignment, compound assignment, increment and decrement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import BinaryOperator as Op
from clang.cindex import Cursor, CursorKind

from xpiler.frontend.arithmetic import COMPOUND, SHIFTS, combine
from xpiler.frontend.c_types import I32, CType, PointerType, Vector, common_type, promote
from xpiler.frontend.cursors import Unary, children
from xpiler.frontend.expressions import lvalue, lvalue_of, rvalue_of
from xpiler.frontend.operators import shift_amount
from xpiler.frontend.places import Place
from xpiler.frontend.pointers import advance
from xpiler.frontend.values import Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


def assign(reader: Reader, target: Cursor, source: Cursor) -> tuple[Place, Value]:
    """`target = source`: the right side first, as C++17 says; the place and its new value."""
    value = reader.rvalue(source)
    place = lvalue(reader, target)
    value = reader.convert(value, place.ctype)
    place.store(reader, value)
    return place, value


@lvalue_of(CursorKind.COMPOUND_ASSIGNMENT_OPERATOR)
def compound_assignment(reader: Reader, cursor: Cursor) -> Place:
    return _compound(reader, cursor)[0]


@rvalue_of(CursorKind.COMPOUND_ASSIGNMENT_OPERATOR)
def compound_value(reader: Reader, cursor: Cursor) -> Value:
    return _compound(reader, cursor)[1]


def _compound(reader: Reader, cursor: Cursor) -> tuple[Place, Value]:
    """`a op= b`: computed in the common type, stored in the type of `a`."""
    operator = COMPOUND[cursor.binary_operator]
    target, source = children(cursor)
    amount = reader.rvalue(source)
    place = lvalue(reader, target)
    return place, _update(reader, place, operator, amount)[1]


def _update(reader: Reader, place: Place, operator: Op, amount: Value) -> tuple[Value, Value]:
    """Applies an operator to a place; returns its values before and after."""
    before = place.load(reader)
    if isinstance(place.ctype, PointerType):
        assert isinstance(amount, Scalar)
        after = advance(reader, before, amount.ssa, amount.ctype, backwards=operator == Op.Sub)
    else:
        assert isinstance(before, Scalar) and isinstance(amount, Scalar)
        after = reader.convert(_computed(reader, operator, before, amount), place.ctype)
    place.store(reader, after)
    return before, after


def _computed(reader: Reader, operator: Op, before: Scalar, amount: Scalar) -> Scalar:
    ctype = computation_type(operator, before.ctype, amount.ctype)
    left = reader.convert_ssa(before.ssa, before.ctype, ctype)
    if operator in SHIFTS:
        right = shift_amount(reader, amount, ctype).ssa
    else:
        right = reader.convert_ssa(amount.ssa, amount.ctype, ctype)
    return Scalar(combine(reader.builder, operator, left, right, ctype), ctype)


def computation_type(operator: Op, left: CType, right: CType) -> CType:
    """The type in which `left op= right` is computed."""
    if isinstance(left, Vector):
        return left
    return promote(left) if operator in SHIFTS else common_type(left, right)


def step(reader: Reader, operand: Cursor, kind: Unary) -> tuple[Place, Value]:
    """`++x`, `x++`, `--x`, `x--`: the place and the value of the expression."""
    place = lvalue(reader, operand)
    operator = Op.Add if kind in (Unary.PRE_INC, Unary.POST_INC) else Op.Sub
    before, after = _update(reader, place, operator, reader.constant(1, I32))
    return place, after if kind in (Unary.PRE_INC, Unary.PRE_DEC) else before
