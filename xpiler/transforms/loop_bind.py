"""loop-bind: gives a parallel loop to a level of the target's parallelism (`block_x`, `thread_x`, `task`, `omp` ...).

A serial loop is bound only where its iterations are independent.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.dependence import iterations_independent
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass, refuse
from xpiler.transforms.handles import find_kernel, find_loop
from xpiler.transforms.loop_parallel import make_parallel, privatize
from xpiler.transforms.rewriting import is_unit_for, is_unit_forall

LEVELS = ("block_x", "block_y", "block_z", "thread_x", "thread_y", "thread_z", "task", "cluster", "core", "omp")


@dataclass(frozen=True)
class LoopBindPass(Pass):
    """Binds `loop` to the level `to`."""

    name = "loop-bind"
    loop: str
    to: str
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        if self.to not in LEVELS:
            refuse(function, f"'{self.to}' is no level of parallelism", f"levels: {', '.join(LEVELS)}")
        privatize(function)
        loop = find_loop(function, self.loop)
        if is_unit_for(loop):
            if len(loop.results) or not iterations_independent(IndexForms(), loop):
                refuse(loop, f"iterations of '{self.loop}' depend on each other: it cannot be bound to {self.to}")
            loop = make_parallel(loop)
        if not is_unit_forall(loop):
            refuse(loop, f"'{self.loop}' is bound already, or no loop from 0 by 1")
        loop.attributes["mapping"] = ir.Attribute.parse(f"[#xpiler.bind<{self.to}>]", ctx)
