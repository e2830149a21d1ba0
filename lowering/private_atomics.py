"""Atomic updates of memory that one thread of execution has to itself are plain updates.

A histogram in shared memory becomes an array of the task or of the OpenMP iteration that stands for the block: nobody else
sees it, and the target may have no atomics on it.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import base_buffer, defining, walk

# arith.AtomicRMWKind, by number
_OPERATORS = {
    0: "addf", 1: "addi", 2: "andi", 4: "maximumf", 5: "maxnumf", 6: "maxsi", 7: "maxui", 8: "minimumf", 9: "minnumf", 10: "minsi",
    11: "minui", 12: "mulf", 13: "muli", 14: "ori", 15: "xori",
}  # fmt: skip
_ASSIGN = 3


def update_private_memory_plainly(function: ir.Operation) -> None:
    """Rewrites the atomics of a kernel whose parallel loops are bound: arrays allocated inside them are private."""
    for op in [op for op in walk(function) if op.name == "memref.atomic_rmw" and _is_private(op)]:
        value, array, *subscripts = op.operands
        with ir.InsertionPoint(op), op.location:
            old = ir.Operation.create("memref.load", [ir.MemRefType(array.type).element_type], [array, *subscripts]).result
            ir.Operation.create("memref.store", operands=[_updated(op, old, value), array, *subscripts])
        op.results[0].replace_all_uses_with(old)
        op.erase()


def _updated(op: ir.Operation, old: ir.Value, value: ir.Value) -> ir.Value:
    kind = ir.IntegerAttr(op.attributes["kind"]).value
    return value if kind == _ASSIGN else ir.Operation.create(f"arith.{_OPERATORS[kind]}", [old.type], [old, value]).result


def _is_private(op: ir.Operation) -> bool:
    """Whether the array is allocated inside every parallel loop around the update."""
    alloca = defining(base_buffer(op.operands[1])[0])
    if alloca is None or alloca.name != "memref.alloca":
        return False
    current = op
    while current.block != alloca.block:
        current = current.parent.operation
        if current.name == "func.func" or current.name == "scf.forall":
            return False
    return True
