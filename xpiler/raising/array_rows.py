"""Arrays of several dimensions whose rows are used as pointers: what is seen as one row of elements becomes one."""

from __future__ import annotations

from math import prod

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import definition, post_order, users


def flatten_rows(kernel: ir.Operation) -> None:
    """Removes `memref.collapse_shape` of local arrays: one that is seen as one row has one dimension."""
    for op in rows(kernel):
        if _is_local(op.operands[0]):
            _collapse(op)


def rows(kernel: ir.Operation) -> list[ir.Operation]:
    """Where an array is seen as one row."""
    return [op for op in post_order(kernel) if op.name == "memref.collapse_shape"]


def rebuild(op: ir.Operation, operands: list[ir.Value]) -> None:
    """The same operation with other operands, in its place."""
    attributes = {name: op.attributes[name] for name in op.attributes}
    new = ir.Operation.create(
        op.name,
        results=[result.type for result in op.results],
        operands=operands,
        attributes=attributes,
        loc=op.location,
        ip=ir.InsertionPoint(op),
    )
    for old, value in zip(op.results, new.results, strict=True):
        old.replace_all_uses_with(value)
    op.erase()


def _is_local(array: ir.Value) -> bool:
    source = definition(array)
    return source is not None and source.name == "memref.alloca"


def _collapse(op: ir.Operation) -> None:
    array = op.operands[0]
    shape, old = list(array.type.shape), array.type
    if len(shape) > 1:
        array.set_type(ir.MemRefType.get([prod(shape)], old.element_type, memory_space=old.memory_space, loc=op.location))
        for user in users(array):
            if user.name != "memref.collapse_shape":
                _linearize(user, array, shape)
    op.results[0].replace_all_uses_with(array)
    op.erase()


def _linearize(user: ir.Operation, array: ir.Value, shape: list[int]) -> None:
    """The subscripts of an access, as one."""
    operands = list(user.operands)
    position = operands.index(array)
    emit = EmissionPoint(ir.InsertionPoint(user), user.location)
    linear = emit.constant(0)
    for size, index in zip(shape, operands[position + 1 : position + 1 + len(shape)], strict=True):
        linear = emit.add(emit.mul(linear, emit.constant(size)), index)
    rebuild(user, [*operands[: position + 1], linear, *operands[position + 1 + len(shape) :]])
