"""loop-expansion: a loop that does several things becomes one loop for each (fission).

Each effect of the body gets a loop of its own, in order; what several need is computed in each. Legal where no thing done in
an earlier iteration needs, or overwrites, what a thing before it in the body does in a later one.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.dependence import apart_later
from xpiler.analysis.effects import effects_of, is_pure, may_alias
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_kernel, find_loop
from xpiler.transforms.loop_distribute import distribute, may_distribute
from xpiler.transforms.rewriting import body, content, is_unit_loop


@dataclass(frozen=True)
class LoopExpansionPass(Pass):
    """Makes `loop` into one loop for each effect of its body."""

    name = "loop-expansion"
    loop: str
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        loop = find_loop(function, self.loop)
        if not is_unit_loop(loop) or len(loop.results):
            refuse(loop, "loop-expansion takes a loop from 0 by 1 without results")
        effects = [inner for inner in content(body(loop)) if not is_pure(inner)]
        if len(effects) < 2:
            refuse(loop, f"'{self.loop}' does one thing only")
        if not may_distribute(loop, effects):
            refuse(loop, f"the effects of '{self.loop}' need values that cannot be computed twice")
        if loop.name == "scf.for" and not _order_kept(loop, effects):
            refuse(loop, f"the effects of '{self.loop}' depend on each other across iterations")
        distribute(loop, effects)


def _order_kept(loop: ir.Operation, effects: list[ir.Operation]) -> bool:
    """Whether running all of an earlier effect before all of a later one keeps every dependence."""
    forms = IndexForms()
    for k, early in enumerate(effects):
        for late in effects[k + 1 :]:
            pairs = [(a, b) for a in effects_of(early).accesses for b in effects_of(late).accesses if a.writes or b.writes]
            for a, b in pairs:
                if may_alias(a.buffer, b.buffer) and (a.buffer != b.buffer or not apart_later(forms, (loop, b), (loop, a))):
                    return False
    return True
