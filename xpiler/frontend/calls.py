"""A call of a builtin, as its handler sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor
from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import CType, Void
from xpiler.frontend.cursors import bare, evaluate, expressions, invalid, unsupported
from xpiler.frontend.places import Place
from xpiler.frontend.values import AddressOf, Pointer, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

AttributeLike = ir.Attribute | str | int | bool


@dataclass(frozen=True)
class Call:
    """The arguments are evaluated when asked for, each once at most, in the handler's order."""

    reader: Reader
    cursor: Cursor
    name: str
    arguments: tuple[Cursor, ...]
    result_type: CType

    def __len__(self) -> int:
        return len(self.arguments)

    # arguments

    def any(self, position: int) -> Value:
        """An argument as any C value."""
        return self.reader.rvalue(self._argument(position))

    def value(self, position: int, ctype: CType | None = None) -> ir.Value:
        """An arithmetic argument as an SSA value, converted to a type where one is given."""
        value = self.any(position)
        if ctype is not None:
            value = self.reader.convert(value, ctype)
        if not isinstance(value, Scalar):
            raise self.fail(f"argument {position + 1} of '{self.name}' is no number")
        return value.ssa

    def listed(self, ctype: CType) -> list[ir.Value]:
        """The items of the one argument, a braced list of numbers."""
        items = [self.reader.convert(self.reader.rvalue(item), ctype) for item in expressions(bare(self._argument(0)))]
        if not items or not all(isinstance(item, Scalar) for item in items):
            raise self.fail(f"the argument of '{self.name}' is no list of numbers", "expected {a, b, c}")
        return [item.ssa for item in items]

    def ctype(self, position: int) -> CType:
        """The C type of an argument, after the conversions the declaration asks for."""
        return self.reader.ctype(self._argument(position))

    def pointer(self, position: int) -> Pointer:
        """A pointer argument as base and offset."""
        value = self.any(position)
        if isinstance(value, AddressOf):
            address = value.place.address(self.reader)
            value = address if address is not None else value
        if not isinstance(value, Pointer):
            raise self.fail(f"argument {position + 1} of '{self.name}' is no pointer to memory", "expected an array or a buffer")
        return value

    def buffer(self, position: int) -> ir.Value:
        """A pointer argument as a rank-1 memref of the memory from there on."""
        return self.reader.arrays.buffer(self.pointer(position))

    def place(self, position: int) -> Place:
        """The variable behind a reference parameter, or behind `&x`."""
        argument = self._argument(position)
        place = self.reader.lvalue(argument)
        value = place.load(self.reader) if argument.type.get_canonical().kind.name == "POINTER" else None
        return value.place if isinstance(value, AddressOf) else place

    def constant(self, position: int) -> int:
        """An integer argument that must be known while reading."""
        argument = self._argument(position)
        known = evaluate(argument)
        if known is None:
            value = self.any(position)
            known = constant_of(value.ssa) if isinstance(value, Scalar) else None
        if known is None:
            raise self.fail(f"argument {position + 1} of '{self.name}' is not constant", "expected a compile-time constant")
        return int(known)

    def _argument(self, position: int) -> Cursor:
        if position >= len(self.arguments):
            raise self.fail(f"too few arguments to '{self.name}'")
        return self.arguments[position]

    # results

    def emit(
        self, operation: str, operands: Sequence[ir.Value] = (), results: Sequence[ir.Type] = (), **attributes: AttributeLike
    ) -> ir.Operation:
        """Creates the operation a builtin is; attributes given as text are parsed ("#bang.dir<gdram2nram>")."""
        made = {name: attribute_of(value) for name, value in attributes.items()}
        return self.reader.builder.op(operation, operands, results, made)

    def emit_value(self, operation: str, operands: Sequence[ir.Value], **attributes: AttributeLike) -> Scalar:
        """Creates an operation whose one result is the call's value."""
        return self.result(self.emit(operation, operands, [self.result_type.mlir()], **attributes).results[0])

    def result(self, ssa: ir.Value) -> Scalar:
        """An SSA value as the call's value."""
        if isinstance(self.result_type, Void):
            raise self.fail(f"'{self.name}' has no value")
        return Scalar(ssa, self.result_type)

    # refusals

    def fail(self, message: str, hint: str = "") -> InvalidInput:
        """The user's error, located at the call; to be raised."""
        return invalid(self.cursor, message, hint)

    def refuse(self, message: str, hint: str = "") -> Unsupported:
        """What Xpiler cannot take, located at the call; to be raised."""
        return unsupported(self.cursor, message, hint)


def attribute_of(value: AttributeLike) -> ir.Attribute:
    """Plain Python values as attributes: text is parsed, True is a unit, a number is an i64."""
    if isinstance(value, ir.Attribute):
        return value
    if value is True:
        return ir.UnitAttr.get()
    if isinstance(value, int):
        return ir.IntegerAttr.get(ir.IntegerType.get_signless(64), value)
    return ir.Attribute.parse(value)
