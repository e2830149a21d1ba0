"""Unary, binary and conditional operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import BinaryOperator as Op
from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.arithmetic import COMPARISONS, SHIFTS, combine, compare, conjunction, disjunction, negate, no_signed_wrap
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import BOOL, CType, Float, Int, PointerType, Vector, scalar_of
from xpiler.frontend.cursors import STEPS, Unary, children, evaluate, unary_kind
from xpiler.frontend.expressions import discard, lvalue, lvalue_of, rvalue, rvalue_of
from xpiler.frontend.merging import join
from xpiler.frontend.places import Place, ValuePlace
from xpiler.frontend.pointers import advance, compare_pointers, dereferenced, difference
from xpiler.frontend.regions import Filled, fill
from xpiler.frontend.values import AddressOf, Null, Opaque, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@rvalue_of(CursorKind.BINARY_OPERATOR)
def binary(reader: Reader, cursor: Cursor) -> Value | None:
    operator = cursor.binary_operator
    left, right = children(cursor)
    if operator == Op.Assign:
        from xpiler.frontend.assignments import assign

        return assign(reader, left, right)[1]
    if operator == Op.Comma:
        discard(reader, left)
        return rvalue(reader, right)
    if operator in (Op.LAnd, Op.LOr):
        return short_circuit(reader, left, right, operator == Op.LAnd)
    return operate(reader, operator, left, right, reader.ctype(cursor))


@lvalue_of(CursorKind.BINARY_OPERATOR)
def binary_place(reader: Reader, cursor: Cursor) -> Place:
    """An assignment and a comma are places; other results are temporaries."""
    operator = cursor.binary_operator
    left, right = children(cursor)
    if operator == Op.Assign:
        from xpiler.frontend.assignments import assign

        return assign(reader, left, right)[0]
    if operator == Op.Comma:
        discard(reader, left)
        return lvalue(reader, right)
    value = binary(reader, cursor)
    assert value is not None
    return ValuePlace(value)


def operate(reader: Reader, operator: Op, left: Cursor, right: Cursor, result: CType) -> Value:
    """An operator whose operands clang has brought to the type it works in."""
    first, second = reader.rvalue(left), reader.rvalue(right)
    if operator in COMPARISONS:
        return _compare(reader, operator, first, second)
    if isinstance(result, PointerType):
        return _move(reader, operator, first, second)
    if isinstance(first.ctype, PointerType):
        return difference(reader, first, second)
    if not isinstance(first, Scalar) or not isinstance(second, Scalar):
        raise reader.unsupported("this operand of an operator")
    if operator in SHIFTS:
        second = shift_amount(reader, second, result)
    return Scalar(combine(reader.builder, operator, first.ssa, second.ssa, result), result)


def shift_amount(reader: Reader, amount: Scalar, ctype: CType) -> Scalar:
    """A shift's right operand in the type of the left one."""
    return Scalar(reader.convert_ssa(amount.ssa, amount.ctype, ctype), ctype)


def _compare(reader: Reader, operator: Op, first: Value, second: Value) -> Scalar:
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        if isinstance(first.ctype, Vector):
            raise reader.unsupported("a comparison of whole vectors")
        return Scalar(compare(reader.builder, operator, first.ssa, second.ssa, first.ctype), BOOL)
    return compare_pointers(reader, operator, first, second)


def _move(reader: Reader, operator: Op, first: Value, second: Value) -> Value:
    pointer, count = (second, first) if isinstance(first, Scalar) else (first, second)
    assert isinstance(count, Scalar)
    return advance(reader, pointer, count.ssa, count.ctype, backwards=operator == Op.Sub)


def short_circuit(reader: Reader, left: Cursor, right: Cursor, conjoins: bool) -> Scalar:
    """`&&` and `||`: the right side runs only where it decides."""
    first = reader.condition(left)
    known = constant_of(first)
    if known is not None:
        return Scalar(reader.condition(right) if bool(known) == conjoins else first, BOOL)
    builder = reader.builder
    decided = fill(reader, lambda: Scalar(reader.condition(right), BOOL))
    if reader.is_harmless(decided):
        combine_conditions = conjunction if conjoins else disjunction
        return Scalar(combine_conditions(builder, first, reader.inline(decided)), BOOL)
    if reader.is_speculatable(decided):  # poison stays where it is not chosen
        second = reader.inline(decided)
        sides = [first, second, builder.boolean(False)] if conjoins else [first, builder.boolean(True), second]
        return Scalar(builder.value("arith.select", sides, first.type), BOOL)
    skipped = fill(reader, lambda: Scalar(builder.boolean(not conjoins), BOOL))
    result = join(reader, first, *((decided, skipped) if conjoins else (skipped, decided)))
    assert isinstance(result, Scalar)
    return result


@rvalue_of(CursorKind.CONDITIONAL_OPERATOR)
def conditional(reader: Reader, cursor: Cursor) -> Value | None:
    """`c ? a : b`: a select where both sides may run, else an `scf.if`."""
    test, first, second = children(cursor)
    known = evaluate(test)
    condition = None if known is not None else reader.condition(test)
    known = known if condition is None else constant_of(condition)
    if known is not None:
        return rvalue(reader, first if known else second)
    assert condition is not None
    sides = [fill(reader, lambda side=side: rvalue(reader, side)) for side in (first, second)]
    if all(isinstance(side.result, Scalar) and reader.is_speculatable(side) and len(side.operations) <= 8 for side in sides):
        return _select(reader, condition, sides)
    return join(reader, condition, *sides)


def _select(reader: Reader, condition: ir.Value, sides: list[Filled]) -> Scalar:
    values = [reader.inline(side) for side in sides]
    template = sides[0].result
    assert isinstance(template, Scalar)
    if values[0] == values[1]:
        return template
    return Scalar(reader.builder.value("arith.select", [condition, *values], values[0].type), template.ctype)


@lvalue_of(CursorKind.CONDITIONAL_OPERATOR)
def conditional_place(reader: Reader, cursor: Cursor) -> Place:
    test, first, second = children(cursor)
    known = evaluate(test)
    if known is not None:
        return lvalue(reader, first if known else second)
    value = conditional(reader, cursor)
    assert value is not None
    return ValuePlace(value)


@rvalue_of(CursorKind.UNARY_OPERATOR)
def unary(reader: Reader, cursor: Cursor) -> Value | None:
    kind, operand = unary_kind(cursor), children(cursor)[0]
    if kind in STEPS:
        from xpiler.frontend.assignments import step

        return step(reader, operand, kind)[1]
    if kind == Unary.ADDRESS_OF:
        return address_of(reader, operand)
    if kind == Unary.DEREF:
        return dereferenced(reader, reader.rvalue(operand)).load(reader)
    if kind == Unary.EXTENSION:
        return rvalue(reader, operand)
    if kind == Unary.LOGICAL_NOT:
        return Scalar(negate(reader.builder, reader.condition(operand)), BOOL)
    value = reader.rvalue(operand)
    if not isinstance(value, Scalar):
        raise reader.unsupported("this operand of a unary operator")
    return _arithmetic(reader, kind, value)


def _arithmetic(reader: Reader, kind: Unary, value: Scalar) -> Scalar:
    builder, ctype = reader.builder, value.ctype
    scalar = scalar_of(ctype)
    known = constant_of(value.ssa)
    if kind == Unary.PLUS:
        return value
    if kind == Unary.MINUS:
        if known is not None:
            return Scalar(builder.constant(-known, ctype.mlir()), ctype)
        if isinstance(scalar, Float):
            return Scalar(builder.value("arith.negf", [value.ssa], value.ssa.type), ctype)
        flags = no_signed_wrap() if isinstance(scalar, Int) and scalar.signed else None
        return Scalar(builder.value("arith.subi", [builder.zero(ctype), value.ssa], value.ssa.type, flags), ctype)
    if kind == Unary.NOT and known is not None:
        return Scalar(builder.constant(~int(known), ctype.mlir()), ctype)
    if kind == Unary.NOT and isinstance(ctype, Int):
        return Scalar(builder.value("arith.xori", [value.ssa, builder.constant(-1, ctype.mlir())], value.ssa.type), ctype)
    raise reader.unsupported("this operator")


def address_of(reader: Reader, operand: Cursor) -> Value:
    """`&x`: a pointer where x is in memory, else the address of a variable known while reading."""
    place = lvalue(reader, operand)
    if isinstance(place, ValuePlace) and isinstance(place.value, (Opaque, Null)):
        return place.value
    pointer = place.address(reader)
    return pointer if pointer is not None else AddressOf(place, place.ctype)


@lvalue_of(CursorKind.UNARY_OPERATOR)
def unary_place(reader: Reader, cursor: Cursor) -> Place:
    kind, operand = unary_kind(cursor), children(cursor)[0]
    if kind == Unary.DEREF:
        return dereferenced(reader, reader.rvalue(operand))
    if kind in (Unary.PRE_INC, Unary.PRE_DEC):
        from xpiler.frontend.assignments import step

        return step(reader, operand, kind)[0]
    value = unary(reader, cursor)
    assert value is not None
    return ValuePlace(value)
