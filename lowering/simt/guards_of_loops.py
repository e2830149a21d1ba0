"""`if (accumulate) forall i { ... }` as `forall i { if (accumulate) ... }`: the grid is launched for the loop, whether it runs or not.

Where all that a kernel does is under one condition, the loop under it would be one block's.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import scf

from xpiler.lowering.parallel_nest import inner_forall
from xpiler.transforms.rewriting import body, content, move_content, operations, terminator


def guards_inside(function: ir.Operation) -> None:
    """Moves conditions around parallel loops into them."""
    for op in operations(function.regions[0].blocks[0]):
        if op.name == "scf.if" and not len(op.results) and _holds_one_loop(op):
            _turn(op)


def _holds_one_loop(branch: ir.Operation) -> bool:
    """Whether a branch without another side does one parallel loop, and else arithmetic that may be done in vain."""
    if any(content(block) for block in branch.regions[1].blocks):
        return False
    *before, last = content(branch.regions[0].blocks[0]) or [None]
    return last is not None and last.name == "scf.forall" and all(map(_may_be_done_in_vain, before))


def _may_be_done_in_vain(op: ir.Operation) -> bool:
    return op.name.startswith("arith.") and not any(word in op.name for word in ("div", "rem"))


def _turn(branch: ir.Operation) -> None:
    for op in content(branch.regions[0].blocks[0]):
        op.move_before(branch)
        loop = op
    while (inner := inner_forall(loop)) is not None:
        loop = inner
    ops = content(body(loop))
    with ir.InsertionPoint(terminator(body(loop))), branch.location:
        guard = scf.IfOp(branch.operands[0])
        with ir.InsertionPoint(guard.then_block):
            scf.yield_([])
    move_content(ops, guard.then_block)
    branch.erase()
