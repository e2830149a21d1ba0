"""Atomic updates of the shared form as the platform's atomics."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import Unsupported
from xpiler.dialects.words import enum
from xpiler.lowering.c_text.location import place_of

# arith.AtomicRMWKind, by number
_KINDS = {0: "add", 1: "add", 2: "and", 3: "exch", 6: "max", 7: "umax", 10: "min", 11: "umin", 14: "or", 15: "xor"}


def convert_atomics(function: ir.Operation, dialect: str) -> None:
    """Replaces every `memref.atomic_rmw` in the kernel."""
    found = [op for op in walk(function) if op.name in ("memref.atomic_rmw", "memref.generic_atomic_rmw")]
    for op in found:
        if op.name == "memref.generic_atomic_rmw":
            raise Unsupported("an atomic update that is no single operation", place_of(op.location))
        kind = _kind(op)
        with ir.InsertionPoint(op), op.location:
            new = ir.Operation.create(
                f"{dialect}.atomic",
                results=[op.results[0].type],
                operands=list(op.operands),
                attributes={"kind": enum(dialect, "atomic_kind", kind)},
            )
        op.results[0].replace_all_uses_with(new.result)
        op.erase()


def _kind(op: ir.Operation) -> str:
    name = str(op.attributes["kind"])
    number = ir.IntegerAttr(op.attributes["kind"]).value
    floating = str(op.operands[0].type).startswith(("f", "bf"))
    if number not in _KINDS or (floating and _KINDS[number] not in ("add", "exch")):
        raise Unsupported(f"an atomic update of kind {name}", place_of(op.location))
    return _KINDS[number]
