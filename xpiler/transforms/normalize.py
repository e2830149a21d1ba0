"""normalize: raised code to the naive loops a person would write in C.

One round spells scalars and loops in one way, recovers the reductions that lanes compute together, forwards arrays that
only carry values, and joins loops that were cut for the platform's sake. Rounds repeat until nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.passes import Pass, pass_class

_CLEAN = "canonicalize,cse"

ROUND = (
    _CLEAN,
    "canonical-form",
    "loop-normalize",
    "index-simplify",
    "index-choice",
    _CLEAN,
    "loop-depipeline",
    "store-roll",
    "lane-roll",
    "lane-reduction",
    "scalar-forward",
    "loop-parallel",
    "array-forward",
    "dead-store",
    _CLEAN,
    "loop-interchange",
    "scalar-forward",
    "reduction-flatten",
    "code-sink",
    "loop-coalesce",
    "loop-distribute",
    "guard-absorb",
    "empty-guard",
    "loop-digits",
    "loop-merge",
    _CLEAN,
)
_HOISTED = "any(loop-invariant-code-motion),canonicalize,cse"
MAX_ROUNDS = 8


@dataclass(frozen=True)
class NormalizePass(Pass):
    """Raised code becomes naive loops; `rounds` limits how often the list of passes is gone through."""

    name = "normalize"
    rounds: int = MAX_ROUNDS

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        clean = PassManager.parse(f"{op.name}({_CLEAN})", ctx)  # kept: making its patterns costs more than running them
        steps = [clean if step == _CLEAN else pass_class(step)() for step in ROUND]
        before = ""
        for _ in range(self.rounds):
            for step in steps:
                step.run(op) if isinstance(step, PassManager) else step.apply(ctx, op)
            after = str(op)
            if after == before:
                break
            before = after
        pass_class("loop-order")().apply(ctx, op)
        PassManager.parse(f"{op.name}({_HOISTED})", ctx).run(op)
