"""branch-select: a branch between a few floating-point operations becomes a choice between their results.

`if (x > 0) y = 1; else if (x < 0) y = -1; else y = 0;` computes nothing that may not be computed in vain: all sides are, and
`arith.select` takes one. Lanes and vector builtins have choices, and no branches. Loads, divisions of integers, functions and loops stay
in their branch.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import content, functions, terminator

MOST = 8  # operations of one side
FLOATS = ("addf", "subf", "mulf", "divf", "negf", "maxnumf", "minnumf", "maximumf", "minimumf", "cmpf", "select")
CHEAP = frozenset(f"arith.{name}" for name in (*FLOATS, "andi", "ori", "xori"))


class BranchSelectPass(Pass):
    """Branches between a few floating-point operations become choices."""

    name = "branch-select"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for branch in reversed([o for o in walk(function) if o.name == "scf.if"]):  # inner ones first: they are choices then
                if _only_chooses(branch):
                    _choose(branch)


def _only_chooses(branch: ir.Operation) -> bool:
    """Whether floats are compared and chosen, and either side is cheap and may be computed in vain."""
    if not len(branch.results) or not all(isinstance(r.type, ir.FloatType) for r in branch.results):
        return False
    if not _compares_floats(branch.operands[0]):
        return False
    sides = [content(region.blocks[0]) for region in branch.regions]
    return all(len(side) <= MOST and all(_is_cheap(op) for op in side) for side in sides)


def _compares_floats(condition: ir.Value) -> bool:
    """Whether a truth is one of data; one of positions and sizes is often the same for a whole loop, where a branch does less."""
    op = defining(condition)
    if op is not None and op.name in ("arith.andi", "arith.ori", "arith.xori"):
        return any(_compares_floats(operand) for operand in op.operands)
    return op is not None and op.name == "arith.cmpf"


def _is_cheap(op: ir.Operation) -> bool:
    return op.name in CHEAP and all(isinstance(v.type, ir.FloatType) or str(v.type) == "i1" for v in (*op.operands, *op.results))


def _choose(branch: ir.Operation) -> None:
    then, otherwise = (region.blocks[0] for region in branch.regions)
    for op in (*content(then), *content(otherwise)):
        op.move_before(branch)
    with ir.InsertionPoint(branch), branch.location:
        for result, yes, no in zip(branch.results, terminator(then).operands, terminator(otherwise).operands, strict=True):
            result.replace_all_uses_with(arith.select(branch.operands[0], yes, no))
    branch.erase()
