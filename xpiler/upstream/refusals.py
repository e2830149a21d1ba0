"""What cannot be read as a kernel, refused by the operation's name and place."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.passes import place_of
from xpiler.raising.structure import walk

TAKEN = ("arith", "cuda", "func", "math", "memref", "scf", "ub", "vector", "xpiler", "builtin")
MEMREF = (
    "alloca",
    "load",
    "store",
    "global",
    "get_global",
    "atomic_rmw",
    "generic_atomic_rmw",
    "atomic_yield",
    "collapse_shape",
    "assume_alignment",
)


def refuse_tensors(module: ir.Module) -> None:
    """Tensors have no memory yet: upstream's bufferisation gives them some."""
    for op in walk(module.operation):
        values = [*op.operands, *op.results, *(a for region in op.regions for block in region for a in block.arguments)]
        if any(isinstance(value.type, (ir.RankedTensorType, ir.UnrankedTensorType)) for value in values):
            raise InvalidInput(
                f"'{op.name}' works on tensors", place_of(op), "bufferize first: --one-shot-bufferize=bufferize-function-boundaries"
            )


def refuse_foreign(module: ir.Module) -> None:
    """Anything that is left and has no platform form."""
    for op in walk(module.operation):
        dialect, _, rest = op.name.partition(".")
        if dialect not in TAKEN or (dialect == "memref" and rest not in MEMREF):
            raise Unsupported(f"'{op.name}' in a kernel is not supported", place_of(op), _hint(dialect, rest))


def _hint(dialect: str, rest: str) -> str:
    if dialect == "memref":
        return "expected loads and stores, and buffers of static shape, after upstream's passes have folded views"
    if dialect == "linalg":
        return "expected an operation that --convert-linalg-to-loops turns into loops"
    return "expected operations of arith, math, memref, scf and vector"
