"""guard-hoist: a condition that is the same for all threads goes around their loop.

    forall t in (T) { if (slot >= 0) { for k ... } }   is   if (slot >= 0) { forall t in (T) { for k ... } }

A parallel loop whose whole body is under such a condition does nothing where it fails. What the condition kept apart, a thread's
share of a range and the threads, is then one nest.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.effects import defining, is_pure, walk
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
    if any(content(block) for block in branch.regions[1].blocks) or not _is_shared(branch.operands[0], loop):
        return None
    return branch if any(op.name in ("scf.for", "scf.forall", "scf.while") for op in walk(branch)) else None


def _is_shared(value: ir.Value, loop: ir.Operation) -> bool:
    """Whether a value is the same in all iterations: computed before the loop, or by arithmetic on such values."""
    if not defined_inside(value, loop):
        return True
    op = defining(value)
    divides = op is not None and any(word in op.name for word in ("div", "rem"))  # perhaps by zero, where no iteration asks
    return op is not None and op.name.startswith("arith.") and not divides and all(_is_shared(o, loop) for o in op.operands)


def _move_out(value: ir.Value, loop: ir.Operation) -> None:
    if defined_inside(value, loop):
        for operand in defining(value).operands:
            _move_out(operand, loop)
        defining(value).move_before(loop)


def _hoist(loop: ir.Operation, branch: ir.Operation) -> None:
    _move_out(branch.operands[0], loop)
    with ir.InsertionPoint(loop), branch.location:
        outer = scf.IfOp(branch.operands[0])
        with ir.InsertionPoint(outer.then_block):
            end = scf.YieldOp([]).operation
    loop.move_before(end)
    for op in content(branch.regions[0].blocks[0]):
        op.move_before(branch)
    branch.erase()
