"""Arrays of a task's own go to NRAM, where the builtins are, as far as they fit."""

from __future__ import annotations

import math

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.lowering.bang.schedule.vector_plan import element_bytes

ACCESSES = ("memref.load", "memref.store")


def place_in_nram(function: ir.Operation, nram_bytes: int) -> int:
    """Moves the static arrays inside parallel loops to NRAM, in order, while they fit; the bytes they take."""
    taken = 0
    for op in list(walk(function)):
        size = _bytes(op) if op.name == "memref.alloca" and _inside_parallel(op) else 0
        if size and taken + size <= nram_bytes and all(use.owner.operation.name in ACCESSES for use in op.results[0].uses):
            kind = ir.MemRefType(op.results[0].type)
            op.results[0].set_type(ir.MemRefType.get(kind.shape, kind.element_type, memory_space=ir.Attribute.parse("#bang.space<nram>")))
            taken += size
    return taken


def bytes_in_nram(function: ir.Operation) -> int:
    """What arrays take that were placed there before."""
    kinds = [ir.MemRefType(op.results[0].type) for op in walk(function) if op.name == "memref.alloca"]
    return sum(math.prod(kind.shape) * element_bytes(kind.element_type) for kind in kinds if "nram" in str(kind.memory_space))


def _bytes(alloca: ir.Operation) -> int:
    kind = ir.MemRefType(alloca.results[0].type)
    if not kind.has_static_shape or kind.memory_space is not None:
        return 0
    size = element_bytes(kind.element_type)
    for extent in kind.shape:
        size *= extent
    return size


def _inside_parallel(op: ir.Operation) -> bool:
    while op.name != "func.func":
        if op.name == "scf.forall":
            return True
        op = op.parent.operation
    return False
