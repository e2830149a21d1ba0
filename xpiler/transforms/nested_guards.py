"""`if (i < n && mask[i]) ...` as one condition in the other.

The right side of `&&` that reads memory is asked for only where the left side holds: the platform form has a branch that gives the
truth, and a second branch on it. With the second inside of the first, the left side is a guard like any other, which loops absorb
and extents are told by.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import scf

from xpiler.analysis.effects import defining
from xpiler.analysis.facts import is_false
from xpiler.transforms.rewriting import content, terminator

ARITHMETIC = ("arith.", "math.")


def nest_guard(branch: ir.Operation) -> bool:
    """Moves a branch without another side into the one that gives its condition; False where it is no such branch."""
    asked = defining(branch.operands[0])
    if len(branch.results) or _has_content(branch, 1) or asked is None or not _is_conjunction(asked):
        return False
    if len(list(asked.results[0].uses)) != 1 or not _only_arithmetic_between(asked, branch):
        return False
    with ir.InsertionPoint(branch), asked.location:
        outer = scf.IfOp(asked.operands[0])
        with ir.InsertionPoint(outer.then_block):
            end = scf.YieldOp([]).operation
    side = asked.regions[0].blocks[0]
    branch.operands[0] = terminator(side).operands[0]
    for op in (*content(side), branch):
        op.move_before(end)
    asked.erase()
    return True


def _is_conjunction(asked: ir.Operation) -> bool:
    """Whether a branch gives one truth, and that is false where its condition is."""
    return (
        asked.name == "scf.if"
        and len(asked.results) == 1
        and not _has_content(asked, 1)
        and is_false(terminator(asked.regions[1].blocks[0]).operands[0])
    )


def _has_content(branch: ir.Operation, side: int) -> bool:
    return len(branch.regions[side].blocks) > 0 and bool(content(branch.regions[side].blocks[0]))


def _only_arithmetic_between(first: ir.Operation, last: ir.Operation) -> bool:
    """Whether what `first` reads may be read at `last`."""
    if first.block != last.block:
        return False
    ops = [op.operation for op in first.block.operations]
    return all(op.name.startswith(ARITHMETIC) for op in ops[ops.index(first) + 1 : ops.index(last)])
