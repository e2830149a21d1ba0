"""The parameters that subscripts are multiples of, or divided by: row lengths, plane sizes, numbers of channels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from mlir import ir

from xpiler.raising.structure import definition, entry, users

CASTS = ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui")
DIVISIONS = ("arith.divsi", "arith.divui", "arith.remsi", "arith.remui")
Found = TypeVar("Found")
SUBSCRIPTS = {"memref.load": 1, "memref.store": 2, "memref.atomic_rmw": 2, "memref.generic_atomic_rmw": 1, "xpiler.view": 1}


def strides(kernel: ir.Operation) -> list[ir.Value]:
    """The integer parameters that are a factor in a subscript of a pointer parameter, in order of appearance."""
    return _found(kernel, lambda op, operand: _parameters(op.operands[operand]) if op.name == "arith.muli" else ())


def divisors(kernel: ir.Operation) -> list[ir.Value]:
    """The integer parameters that a subscript of a pointer parameter is divided by, or taken modulo, in order of appearance."""
    return _found(kernel, lambda op, operand: _plain(op.operands[1]) if operand == 1 and op.name in DIVISIONS else ())


def arithmetic_of_subscripts(kernel: ir.Operation) -> list[ir.Operation]:
    """The operations that subscripts of pointer parameters are made of, in order of appearance."""
    return _found(kernel, lambda op, operand: [op] if operand == 0 else ())


def _found(kernel: ir.Operation, taken: Callable[[ir.Operation, int], Iterable[Found]]) -> list[Found]:
    found: dict[Found, None] = {}
    seen: set[ir.Value] = set()
    for pointer in entry(kernel).arguments:
        if isinstance(pointer.type, ir.MemRefType):
            for subscript in _subscripts(pointer):
                found.update(dict.fromkeys(_taken(subscript, seen, taken)))
    return list(found)


def _subscripts(pointer: ir.Value) -> Iterator[ir.Value]:
    for user in users(pointer):
        first = SUBSCRIPTS.get(user.name)
        if first is not None and user.operands[first - 1] == pointer:
            yield from list(user.operands)[first:]


def _taken(value: ir.Value, seen: set[ir.Value], taken: Callable[[ir.Operation, int], Iterable[Found]]) -> Iterator[Found]:
    """What `taken` finds at each operand of the arithmetic that `value` is made of."""
    op = definition(value)
    if value in seen or op is None or not op.name.startswith("arith."):
        return
    seen.add(value)
    for position, operand in enumerate(op.operands):
        yield from _taken(operand, seen, taken)
        yield from taken(op, position)


def _plain(value: ir.Value) -> list[ir.Value]:
    """A parameter, its type changed or not."""
    op = definition(value)
    while op is not None and op.name in CASTS:
        value, op = op.operands[0], definition(op.operands[0])
    return list(_parameters(value)) if op is None else []


def _parameters(value: ir.Value) -> Iterator[ir.Value]:
    if isinstance(value, ir.BlockArgument):
        if value.owner.owner.operation.name == "func.func" and isinstance(value.type, ir.IntegerType) and value.type.width >= 32:
            yield value
        return
    op = definition(value)
    if op.name.startswith("arith."):
        for operand in op.operands:
            yield from _parameters(operand)
