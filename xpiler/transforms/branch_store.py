"""branch-store: a branch whose sides store floats to one place becomes a choice, stored once.

    if (x > 0) y[i] = x; else y[i] = a * (expf(x) - 1);      becomes      y[i] = x > 0 ? x : a * (expf(x) - 1);

Lanes and vector builtins choose between numbers, and have no branches. The sides compute floats and nothing else.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import memref, scf

from xpiler.analysis.effects import walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import content, defined_inside, functions


class BranchStorePass(Pass):
    """Branches that store to one place become choices that are stored once."""

    name = "branch-store"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for branch in reversed([o for o in walk(function) if o.name == "scf.if"]):  # inner ones first: they end in a store then
                stores = _stores(branch)
                if stores is not None:
                    _merge(branch, *stores)


def _stores(branch: ir.Operation) -> tuple[ir.Operation, ir.Operation] | None:
    """The stores that end both sides, if they are to one place and all else computes floats."""
    sides = [content(region.blocks[0]) for region in branch.regions if len(region.blocks)]
    if len(branch.results) or len(sides) < len(branch.regions) or len(sides) != 2 or not all(sides):
        return None
    (*first, yes), (*second, no) = sides
    if yes.name != "memref.store" or no.name != "memref.store" or list(yes.operands)[1:] != list(no.operands)[1:]:
        return None
    if not isinstance(yes.operands[0].type, ir.FloatType) or any(defined_inside(v, branch) for v in list(yes.operands)[1:]):
        return None
    return (yes, no) if all(_computes_floats(op) for op in (*first, *second)) else None


def _computes_floats(op: ir.Operation) -> bool:
    values = (*op.operands, *op.results)
    return op.name.split(".")[0] in ("arith", "math") and all(isinstance(v.type, ir.FloatType) or str(v.type) == "i1" for v in values)


def _merge(branch: ir.Operation, yes: ir.Operation, no: ir.Operation) -> None:
    with ir.InsertionPoint(branch), branch.location:
        made = scf.IfOp(branch.operands[0], [yes.operands[0].type], has_else=True)
    for store, block in ((yes, made.then_block), (no, made.else_block)):
        value = store.operands[0]
        for op in content(store.block):
            if op != store:
                block.append(op)
        with ir.InsertionPoint(block), store.location:
            scf.yield_([value])
    with ir.InsertionPoint(branch), yes.location:
        memref.store(made.results[0], yes.operands[1], list(yes.operands)[2:])
    branch.erase()
