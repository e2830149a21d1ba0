"""A product of registers that is only added to, or subtracted from, something becomes one instruction: `fma(a, b, c)`.

Compilers may fuse the two by themselves and need not; the instruction rounds once, and floats of a translation are compared with that
in mind (proof contract, rule 4).
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, math

from xpiler.analysis.effects import defining, walk
from xpiler.transforms.rewriting import erase_dead


def fuse_products(function: ir.Operation) -> None:
    """Rewrites sums and differences of vectors one side of which is a product that nothing else uses."""
    for op in list(walk(function)):
        if op.name in ("arith.addf", "arith.subf") and isinstance(op.results[0].type, ir.VectorType):
            with ir.InsertionPoint(op), op.location:
                fused = _sum(*op.operands) if op.name == "arith.addf" else _difference(*op.operands)
            if fused is not None:
                op.results[0].replace_all_uses_with(fused)
    erase_dead(function)


def _sum(left: ir.Value, right: ir.Value) -> ir.Value | None:
    """`a * b + c`, on either side."""
    for product, other in ((right, left), (left, right)):
        if _is_only_added(product):
            return math.fma(*product.owner.operands, other)
    return None


def _difference(left: ir.Value, right: ir.Value) -> ir.Value | None:
    """`c - a * b` by the negated factor, `a * b - c` by the negated addend: forms that instructions have."""
    if _is_only_added(right):
        a, b = right.owner.operands
        return math.fma(arith.negf(a), b, left)
    if _is_only_added(left):
        return math.fma(*left.owner.operands, arith.negf(right))
    return None


def _is_only_added(value: ir.Value) -> bool:
    made = defining(value)
    return made is not None and made.name == "arith.mulf" and len(list(made.results[0].uses)) == 1
