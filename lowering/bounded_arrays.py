"""Arrays of run-time size whose largest size is known get that size, where the target has no others on the chip or on the stack."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import walk

MOST = "xpiler.most"  # on a memref.alloca of run-time size: elements it has at most


def bound_arrays(function: ir.Operation) -> None:
    """Replaces the allocations of a kernel that say how many elements they have at most."""
    for op in [op for op in walk(function) if op.name == "memref.alloca" and MOST in op.attributes and len(op.operands)]:
        kind = ir.MemRefType(op.results[0].type)
        most = ir.IntegerAttr(op.attributes[MOST]).value
        with ir.InsertionPoint(op), op.location:
            array = memref.alloca(ir.MemRefType.get([most], kind.element_type, memory_space=kind.memory_space), [], [])
        op.results[0].replace_all_uses_with(array)
        op.erase()
