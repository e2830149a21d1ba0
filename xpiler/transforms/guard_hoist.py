"""guard-hoist: a condition that is the same for all threads goes around their loop.

    forall t in (T) { if (slot >= 0) { for k ... } }   is   if (slot >= 0) { forall t in (T) { for k ... } }

A parallel loop whose whole body is under such a condition does nothing where it fails. What the condition kept apart, a thread's
share of a range and the threads, is then one nest.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.effects import is_pure, walk
from xpiler.passes import Pass
from xpiler.transforms.rewriting import body, content, defined_inside, functions, is_unit_forall


class GuardHoistPass(Pass):
    """Conditions that all iterations of a parallel loop share move out of it, where they hold a loop."""

    name = "guard-hoist"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([found for found in walk(function) if is_unit_forall(found)]):
                branch = _guard(loop)
                if branch is not None:
                    _hoist(loop, branch)


def _guard(loop: ir.Operation) -> ir.Operation | None:
    """The branch around all that `loop` does, if the condition is computed before it and there is a loop inside."""
    doing = [op for op in content(body(loop)) if not is_pure(op)]
    if len(doing) != 1 or doing[0].name != "scf.if" or len(doing[0].results):
        return None
    branch = doing[0]
    if any(content(block) for block in branch.regions[1].blocks) or defined_inside(branch.operands[0], loop):
        return None
    return branch if any(op.name in ("scf.for", "scf.forall", "scf.while") for op in walk(branch)) else None


def _hoist(loop: ir.Operation, branch: ir.Operation) -> None:
    with ir.InsertionPoint(loop), branch.location:
        outer = scf.IfOp(branch.operands[0])
        with ir.InsertionPoint(outer.then_block):
            end = scf.YieldOp([]).operation
    loop.move_before(end)
    for op in content(branch.regions[0].blocks[0]):
        op.move_before(branch)
    branch.erase()
