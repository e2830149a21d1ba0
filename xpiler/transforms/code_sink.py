"""code-sink: what only one branch of a condition needs is computed inside that branch.

A reduction whose result is stored only `if (row < m && col < n)` runs only then; the guards inside it are then decided by
the one around it. Loads are moved along where nothing writes what they read in between, and arrays that one branch alone uses.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import effects_of, is_pure, may_alias
from xpiler.passes import Pass
from xpiler.transforms.rewriting import ancestor_in, blocks, functions, operations


class CodeSinkPass(Pass):
    """Computations move into the only branch that uses them."""

    name = "code-sink"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in blocks(function):
                for inner in reversed(operations(block)[:-1]):
                    _sink(inner)


def _sink(op: ir.Operation) -> None:
    if not len(op.results) or op.name == "arith.constant":
        return
    target = _only_branch(op)
    if target is None or not (is_pure(op) or op.name == "memref.alloca"):
        return
    first = operations(target)[0]
    if _unchanged_until(op, first):
        op.move_before(first)


def _only_branch(op: ir.Operation) -> ir.Block | None:
    """The branch of a later scf.if in the same block that holds every use of `op`."""
    target: ir.Block | None = None
    for result in op.results:
        for use in result.uses:
            holder = ancestor_in(op.block, use.owner.operation)
            if holder is None or holder.name != "scf.if" or holder == use.owner.operation:
                return None
            branch = next(b for r in holder.regions for b in r.blocks if ancestor_in(b, use.owner.operation) is not None)
            if target is not None and target != branch:
                return None
            target = branch
    return target


def _unchanged_until(op: ir.Operation, end: ir.Operation) -> bool:
    reads = effects_of(op).reads()
    if not reads:
        return True
    holder = ancestor_in(op.block, end)
    siblings = operations(op.block)
    for other in siblings[siblings.index(op) + 1 : siblings.index(holder)]:
        effects = effects_of(other)
        if effects.unknown is not None or any(may_alias(r, w) for r in reads for w in effects.writes()):
            return False
    return True
