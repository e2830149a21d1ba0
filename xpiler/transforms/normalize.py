"""normalize: raised code to the naive loops a person would write in C.

One round spells scalars and loops in one way, recovers the reductions that lanes compute together, forwards arrays that
only carry values, and joins loops that were cut for the platform's sake. Rounds repeat until nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.analysis.current_forms import forget_forms, hash_of_code
from xpiler.passes import Pass, pass_class
from xpiler.pipeline import watched
from xpiler.transforms.invariants import hoist_invariants

_CLEAN = "canonicalize,cse"

ROUND = (
    _CLEAN,
    "canonical-form",
    "branch-store",
    "branch-select",
    "float-flags",
    "loop-normalize",
    "loop-induction",
    "loop-once",
    "index-simplify",
    "index-choice",
    _CLEAN,
    "loop-depipeline",
    "store-roll",
    "lane-roll",
    "loop-roll",
    "carried-tile",
    "tile-in-place",
    "lane-reduction",
    "scalar-forward",
    "fold-apart",
    "loop-parallel",
    "loop-turn",
    "store-split",
    "loop-trim",
    "array-forward",
    "dead-store",
    "dead-accumulator",
    _CLEAN,
    "loop-interchange",
    "loop-initialise",
    "scalar-forward",
    "exact-integers",
    "term-roll",
    "reduction-roll",
    "masked-term",
    "sum-difference",
    "reduction-distribute",
    "reduction-flatten",
    "pair-flatten",
    "place-scan",
    "code-sink",
    "loop-coalesce",
    "loop-concatenate",
    "range-split",
    "loop-distribute",
    "guard-absorb",
    "guard-hoist",
    "empty-guard",
    "share-join",
    "loop-digits",
    "loop-merge",
    "loop-chain",
    _CLEAN,
)
MAX_ROUNDS = 8


@dataclass(frozen=True)
class NormalizePass(Pass):
    """Raised code becomes naive loops; `rounds` limits how often the list of passes is gone through."""

    name = "normalize"
    rounds: int = MAX_ROUNDS

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        clean = PassManager.parse(f"{op.name}({_CLEAN})", ctx)  # kept: making its patterns costs more than running them
        steps = {name: clean if name == _CLEAN else pass_class(name)() for name in ROUND}
        run_rounds(op, {name: partial(_run, step, ctx, op) for name, step in steps.items()}, self.rounds)
        pass_class("reduction-order")().apply(ctx, op)
        pass_class("loop-order")().apply(ctx, op)
        hoist_invariants(op)
        forget_forms()
        clean.run(op)


def run_rounds(op: ir.Operation, steps: dict[str, Callable[[], None]], rounds: int) -> None:
    """Goes through ROUND until it changes nothing. A step is left out where it has already changed nothing in the same code."""
    idle: dict[str, int] = {}  # the code that a step left as it was
    code = hash_of_code(op)
    for _ in range(rounds):
        before = code
        for name in ROUND:
            if idle.get(name) == code:
                continue
            steps[name]()
            found, code = code, hash_of_code(op)
            if found == code:
                idle[name] = code
        if code == before:
            break


def _run(step: Pass | PassManager, ctx: ir.Context, op: ir.Operation) -> None:
    with watched(_CLEAN if isinstance(step, PassManager) else step, op):
        step.run(op) if isinstance(step, PassManager) else step.apply(ctx, op)
