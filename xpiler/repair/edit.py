"""One change of a program that can be done, looked at, and undone in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlir import ir

Undo = Callable[[], None]
# What a change is about; the diagnosis says which of these to try first.
CLASSES = ("constant", "float", "number", "bound", "subscript", "order", "operation", "builtin", "space", "sync", "statement", "size")


@dataclass(frozen=True)
class Hole:
    """The integer that an edit puts in: the one that was there, the new one, and the edit for any other."""

    old: int
    new: int
    filled: Callable[[int], Edit]


@dataclass(frozen=True)
class Edit:
    """A change at an operation. `apply` makes it and returns what undoes it; `slot` names what it fills, so two edits of one slot exclude
    each other."""

    kind: str
    op: ir.Operation
    what: str
    apply: Callable[[], Undo]
    slot: tuple
    cost: float = 1.0
    hole: Hole | None = None

    @contextmanager
    def done(self) -> Iterator[None]:
        """The program with the change, for the length of a `with`."""
        undo = self.apply()
        try:
            yield
        finally:
            undo()


def set_operand(op: ir.Operation, position: int, value: ir.Value) -> Undo:
    """Replaces one operand."""
    old = op.operands[position]
    op.operands[position] = value

    def undo() -> None:
        op.operands[position] = old

    return undo


def set_attribute(op: ir.Operation, name: str, value: ir.Attribute) -> Undo:
    """Replaces one attribute."""
    old = op.attributes[name]
    op.attributes[name] = value

    def undo() -> None:
        op.attributes[name] = old

    return undo


def with_new(op: ir.Operation, position: int, make: Callable[[], ir.Value]) -> Undo:
    """Replaces an operand by a value made just before `op`; undoing erases what was made."""
    before = set(_around(op))
    with ir.InsertionPoint(op), op.location:
        value = make()
    made = [o for o in _around(op) if o not in before]
    undo_operand = set_operand(op, position, value)

    def undo() -> None:
        undo_operand()
        for new in reversed(made):
            new.erase()

    return undo


def constant(kind: ir.Type, value: int | float) -> ir.Value:
    """A constant at the current insertion point."""
    attribute = ir.FloatAttr.get(kind, value) if is_float(kind) else ir.IntegerAttr.get(kind, value)
    return ir.Operation.create("arith.constant", results=[kind], attributes={"value": attribute}).result


def number_of(value: ir.Value) -> int | float | None:
    """The number behind a value that a constant defines."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.name != "arith.constant":
        return None
    attribute = owner.attributes["value"]
    if isinstance(attribute, ir.IntegerAttr):
        return ir.IntegerAttr(attribute).value
    return ir.FloatAttr(attribute).value if isinstance(attribute, ir.FloatAttr) else None


def is_integer(kind: ir.Type) -> bool:
    """A type that bounds and subscripts have."""
    return isinstance(kind, ir.IndexType) or (isinstance(kind, ir.IntegerType) and kind.width > 8)


def _around(op: ir.Operation) -> list[ir.Operation]:
    return [o.operation for o in op.block.operations]


def is_float(kind: ir.Type) -> bool:
    """A type of float arithmetic."""
    return isinstance(kind, (ir.F16Type, ir.BF16Type, ir.F32Type, ir.F64Type))
