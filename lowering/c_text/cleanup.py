"""A copy of a module without the values nobody reads, so that no unused variable is emitted."""

from __future__ import annotations

from io import BytesIO

from mlir import ir

from xpiler.lowering.c_text.facts import take_facts

_PURE = (
    "arith.",
    "math.",
    "vector.",
    "memref.load",
    "memref.cast",
    "memref.subview",
    "memref.collapse_shape",
    "memref.alloca",
    "memref.get_global",
    "xpiler.view",
    "ub.",
    "affine.apply",
)
_PURE_SUFFIXES = (
    ".thread_id",
    ".block_id",
    ".block_dim",
    ".grid_dim",
    ".warp_size",
    ".index",
    ".approx",
    ".fragment_size",
    ".fragment_get",
    ".dynamic_shared",
    ".approx_binary",
)
_EFFECTS = ("vector.store", "vector.maskedstore", "vector.scatter", "vector.compressstore", "vector.transfer_write", "vector.print")


def without_dead_values(module: ir.Module) -> ir.Module:
    """A clone of `module` whose dead pure operations are erased."""
    clone = ir.Module.parse(_bytecode(module))
    for function in clone.body.operations:
        if function.operation.name == "func.func" and function.operation.regions[0].blocks:
            take_facts(function.operation)
        for region in function.operation.regions:
            for block in region.blocks:
                _sweep(block)
    return clone


def _bytecode(module: ir.Module) -> bytes:
    """Bytecode keeps every location, the loop variables' included."""
    buffer = BytesIO()
    module.operation.write_bytecode(buffer)
    return buffer.getvalue()


def _sweep(block: ir.Block) -> None:
    """Erases from the last operation on: what a dead operation reads may die with it."""
    for view in reversed(list(block.operations)):
        op = view.operation
        for region in op.regions:
            for inner in region.blocks:
                _sweep(inner)
        if is_pure(op) and op.results and not any(list(r.uses) for r in op.results):
            op.erase()


def is_pure(op: ir.Operation) -> bool:
    """Whether an operation only computes its results (a read of memory counts: without a reader it does nothing)."""
    if op.regions or op.name in _EFFECTS:
        return False
    return op.name.startswith(_PURE) or op.name.endswith(_PURE_SUFFIXES)
