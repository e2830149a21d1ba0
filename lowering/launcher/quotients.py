"""In the source's launchers, quotients of products are known: `total / (rows * cols)` of `total = batch * rows * cols` is `batch`."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import walk
from xpiler.raising.launch_products import leaves
from xpiler.transforms.rewriting import erase_dead


def divide_products(launcher: ir.Operation) -> None:
    """Replaces each quotient whose divisor is a product of factors of the dividend by the product of the other factors."""
    for op in [o for o in walk(launcher) if o.name == "arith.floordivsi"]:
        left = leaves(op.operands[0])
        for factor in leaves(op.operands[1]):
            if factor not in left:
                break
            left.remove(factor)
        else:
            op.results[0].replace_all_uses_with(_product(op, left))
    erase_dead(launcher)


def _product(op: ir.Operation, factors: list[ir.Value]) -> ir.Value:
    kind = op.results[0].type
    with ir.InsertionPoint(op), op.location:
        values = [v if v.type == kind else arith.index_cast(kind, v) for v in factors] or [arith.constant(kind, 1)]
        product = values[0]
        for value in values[1:]:
            product = arith.muli(product, value)
    return product
