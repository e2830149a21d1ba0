"""Dropping operations whose results nobody uses: what the reader made ahead of knowing."""

from __future__ import annotations

from mlir import ir

PURE_PREFIXES = ("arith.", "ub.", "math.", "vector.extract", "vector.insert", "vector.broadcast", "vector.bitcast", "vector.from_elements")
PURE = {"memref.collapse_shape", "memref.cast", "memref.alloca", "memref.get_global", "xpiler.view"}


def drop_dead(operation: ir.Operation) -> None:
    """Erases unused pure operations inside, uses before definitions."""
    for region in operation.regions:
        for block in region.blocks:
            for inner in reversed(list(block.operations)):
                current = inner.operation
                drop_dead(current)
                if is_pure(current) and not any(True for result in current.results for _ in result.uses):
                    current.erase()


def is_pure(operation: ir.Operation) -> bool:
    """Whether an operation does nothing but compute its results."""
    return operation.name in PURE or operation.name.startswith(PURE_PREFIXES)
