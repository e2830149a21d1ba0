"""Edits that store what is computed and never used: where loads of the same block are, into what the kernel writes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.repair.edit import Edit, Undo
from xpiler.repair.program import Facts, kernel_operations, label

MOST_PLACES = 6
STORES = {"memref.store": 1, "vector.store": 1, "vector.maskedstore": 0}  # the position of the buffer among their operands
LOADS = {"memref.load": "memref.store", "vector.load": "vector.store", "vector.maskedload": "vector.maskedstore"}


def store_edits(op: ir.Operation, facts: Facts) -> Iterator[Edit]:
    """The result of an operation, which nobody uses, is stored at the end of its block."""
    if len(op.results) != 1 or not op.name.startswith(("arith.", "math.", "vector.")) or any(True for _ in op.results[0].uses):
        return
    written = dict.fromkeys(o.operands[STORES[o.name]] for o in kernel_operations(facts.module) if o.name in STORES)
    for rank, (buffer, load) in enumerate(list(_places(op, list(written)))[:MOST_PLACES]):
        text = f"the result of {label(op)} is stored to {facts.name(buffer)}"
        yield Edit("statement", op, text, lambda b=buffer, o=load: _stored(op, b, o), (op, "stored", rank), 0.6 + 0.05 * rank)


def _places(op: ir.Operation, buffers: list[ir.Value]) -> Iterator[tuple[ir.Value, ir.Operation]]:
    """A buffer of the result's elements, and a load of the block that has the subscripts (and the mask) of the store."""
    kind = op.results[0].type
    for other in op.block.operations:
        if other.name in LOADS and other.operation.results[0].type == kind:
            for buffer in buffers:
                if buffer.type == other.operands[0].type:
                    yield buffer, other.operation


def _stored(op: ir.Operation, buffer: ir.Value, load: ir.Operation) -> Undo:
    """A store as the load is: the mask of a masked one too."""
    value, rest = op.results[0], list(load.operands)[1:]
    if load.name == "vector.maskedload":
        operands = [buffer, *rest[:-1], value]  # subscripts and mask; the last operand is what masked lanes get
    else:
        operands = [value, buffer, *rest]
    terminator = list(op.block.operations)[-1].operation
    with ir.InsertionPoint(terminator), op.location:
        made = ir.Operation.create(LOADS[load.name], operands=operands)
    return made.operation.erase
