"""Atomic updates of the shared form as `__bang_atomic_reduce_*` on GDRAM."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import Unsupported
from xpiler.dialects.words import enum
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.index_arithmetic import integer

HINT = "leave the old value unread, and use a sum, an extreme, and, or, exclusive or"

# arith.AtomicRMWKind, by number
_KINDS = {0: "add", 1: "add", 2: "and", 4: "max", 5: "max", 6: "max", 8: "min", 9: "min", 10: "min", 14: "or", 15: "xor"}


def convert_atomics(function: ir.Operation) -> None:
    """Replaces every `memref.atomic_rmw` in the kernel."""
    for op in [o for o in walk(function) if o.name in ("memref.atomic_rmw", "memref.generic_atomic_rmw")]:
        number = ir.IntegerAttr(op.attributes["kind"]).value if op.name == "memref.atomic_rmw" else -1
        if number not in _KINDS or list(op.results[0].uses) or len(op.operands) != 3:
            raise Unsupported("an atomic update whose old value is read, or of this kind", place_of(op.location), HINT)
        value, base, index = op.operands
        if str(value.type) in ("f64", "i64"):
            raise Unsupported(f"an atomic update on {value.type}, which BANG has not", place_of(op.location), "use elements of 32 bits")
        with ir.InsertionPoint(op), op.location:
            target = ir.Operation.create("xpiler.view", results=[ir.MemRefType(base.type)], operands=[base, index]).result
            ir.Operation.create(
                "bang.atomic_reduce", operands=[target, value, integer(1)], attributes={"kind": enum("bang", "atomic_kind", _KINDS[number])}
            )
        op.erase()
