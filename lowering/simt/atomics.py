"""Atomic updates of the shared form as the platform's atomics, or as loops where it has none."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import Unsupported
from xpiler.dialects.words import enum
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.simt.cas_loop import binary_step, region_step, update

# arith.AtomicRMWKind, by number
_KINDS = {0: "add", 1: "add", 2: "and", 3: "exch", 6: "max", 7: "umax", 10: "min", 11: "umin", 14: "or", 15: "xor"}
_BY_SWAPS = {
    4: "arith.maximumf", 5: "arith.maxnumf", 8: "arith.minimumf", 9: "arith.minnumf", 12: "arith.mulf", 13: "arith.muli",
}  # fmt: skip


def convert_atomics(function: ir.Operation, dialect: str) -> None:
    """Replaces every atomic update in the kernel: by the platform's own, or by a loop around a compare-and-swap."""
    for op in [op for op in walk(function) if op.name in ("memref.atomic_rmw", "memref.generic_atomic_rmw")]:
        if op.name == "memref.generic_atomic_rmw":
            base, *subscripts = op.operands
            old = update(op, dialect, base, subscripts, region_step(op))
        else:
            old = _converted(op, dialect)
        op.results[0].replace_all_uses_with(old)
        op.erase()


def _converted(op: ir.Operation, dialect: str) -> ir.Value:
    value, base, *subscripts = op.operands
    number = ir.IntegerAttr(op.attributes["kind"]).value
    if number in _BY_SWAPS:
        return update(op, dialect, base, subscripts, binary_step(_BY_SWAPS[number], value))
    if number not in _KINDS:
        raise Unsupported(
            f"an atomic update of kind {op.attributes['kind']}", place_of(op.location), "write it as a loop around a compare-and-swap"
        )
    attributes = {"kind": enum(dialect, "atomic_kind", _KINDS[number])}
    with ir.InsertionPoint(op), op.location:
        return ir.Operation.create(f"{dialect}.atomic", results=[value.type], operands=list(op.operands), attributes=attributes).result
