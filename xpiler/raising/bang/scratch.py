"""Scratch arrays: their memory spaces dropped, their dimensions made one."""

from __future__ import annotations

from math import prod

from mlir import ir

from xpiler.dialects.words import space
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import replace, users, walk

SHARED = "bang.shared"
ACCESSES = {"memref.load": 1, "memref.store": 2, "memref.atomic_rmw": 2}  # where the subscripts begin


def strip_spaces(kernel: ir.Operation) -> None:
    """Every buffer into the default space; an array in SRAM, which tasks share, is marked."""
    for op in walk(kernel):
        if op.name == "memref.alloca" and space(op.results[0].type) == "sram":
            op.attributes[SHARED] = ir.UnitAttr.get()
        for value in op.results:
            _strip(value)
        for region in op.regions:
            for block in region.blocks:
                for argument in block.arguments:
                    _strip(argument)


def _strip(value: ir.Value) -> None:
    if isinstance(value.type, ir.MemRefType) and value.type.memory_space is not None:
        value.set_type(ir.MemRefType.get(value.type.shape, value.type.element_type, layout=value.type.layout))


def flatten_arrays(kernel: ir.Operation) -> None:
    """Arrays of several dimensions, which pointers also walk as one, become arrays of one dimension."""
    for op in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        if ir.MemRefType(op.results[0].type).rank > 1 and not op.operands:
            _flatten(op)


def _flatten(alloca: ir.Operation) -> None:
    shape = list(alloca.results[0].type.shape)
    element = alloca.results[0].type.element_type
    allowed = (*ACCESSES, "memref.collapse_shape")
    if any(user.name not in allowed for user in users(alloca.results[0])):
        return
    flat = reallocated(alloca, prod(shape), element)
    for user in list(users(alloca.results[0])):
        if user.name == "memref.collapse_shape":
            replace(user, [flat])
        else:
            _access_flat(user, flat, shape)
    alloca.erase()


def reallocated(alloca: ir.Operation, size: int, element: ir.Type) -> ir.Value:
    """An array of another shape in the place of one, in the same memory."""
    made = EmissionPoint(ir.InsertionPoint(alloca), alloca.location).alloca([size], element)
    if SHARED in alloca.attributes:
        made.owner.attributes[SHARED] = ir.UnitAttr.get()
    return made


def _access_flat(access: ir.Operation, flat: ir.Value, shape: list[int]) -> None:
    """The same access with one subscript."""
    emit = EmissionPoint(ir.InsertionPoint(access), access.location)
    start = ACCESSES[access.name]
    operands = list(access.operands)
    position = emit.constant(0)
    for extent, index in zip(shape, operands[start:], strict=True):
        position = emit.add(emit.mul(position, emit.constant(extent)), index)
    attributes = {name: access.attributes[name] for name in access.attributes}
    made = emit.op(access.name, [r.type for r in access.results], [*operands[: start - 1], flat, position], **attributes)
    replace(access, list(made.results))
