"""Arrays of one register of lanes that is set before all else: variables in the text."""

from __future__ import annotations

from mlir import ir

from xpiler.lowering.c_text.uses import ancestor_in


def first_store(array: ir.Operation) -> ir.Operation | None:
    """The store that comes before all other uses of an array of one register, in the array's block; None where the array is another one,
    its address is taken, or its first use is no store.
    """
    kind = ir.MemRefType(array.results[0].type)
    uses = list(array.results[0].uses)
    if not isinstance(kind.element_type, ir.VectorType) or any(size != 1 for size in kind.shape):
        return None
    if any((use.owner.operation.name, use.operand_number) not in (("memref.load", 0), ("memref.store", 1)) for use in uses):
        return None
    users = {ancestor_in(use.owner.operation, array.block) for use in uses}
    first = next((op.operation for op in array.block.operations if op.operation in users), None)
    return first if first is not None and first.name == "memref.store" else None
