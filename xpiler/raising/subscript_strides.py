"""The parameters that subscripts are multiples of: row lengths, plane sizes, leading dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.raising.structure import definition, entry, users

SUBSCRIPTS = {"memref.load": 1, "memref.store": 2, "memref.atomic_rmw": 2, "memref.generic_atomic_rmw": 1, "xpiler.view": 1}


def strides(kernel: ir.Operation) -> list[ir.Value]:
    """The integer parameters that are a factor in a subscript of a pointer parameter, in order of appearance."""
    found: dict[ir.Value, None] = {}
    seen: set[ir.Value] = set()
    for pointer in entry(kernel).arguments:
        if isinstance(pointer.type, ir.MemRefType):
            for subscript in _subscripts(pointer):
                found.update(dict.fromkeys(_factors(subscript, seen)))
    return list(found)


def _subscripts(pointer: ir.Value) -> Iterator[ir.Value]:
    for user in users(pointer):
        first = SUBSCRIPTS.get(user.name)
        if first is not None and user.operands[first - 1] == pointer:
            yield from list(user.operands)[first:]


def _factors(value: ir.Value, seen: set[ir.Value]) -> Iterator[ir.Value]:
    """The parameters in the products that `value` is a sum of."""
    op = definition(value)
    if value in seen or op is None or not op.name.startswith("arith."):
        return
    seen.add(value)
    for operand in op.operands:
        yield from _factors(operand, seen)
        if op.name == "arith.muli":
            yield from _parameters(operand)


def _parameters(value: ir.Value) -> Iterator[ir.Value]:
    if isinstance(value, ir.BlockArgument):
        if value.owner.owner.operation.name == "func.func" and isinstance(value.type, ir.IntegerType) and value.type.width >= 32:
            yield value
        return
    op = definition(value)
    if op.name.startswith("arith."):
        for operand in op.operands:
            yield from _parameters(operand)
