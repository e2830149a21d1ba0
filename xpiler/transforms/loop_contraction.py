"""loop-contraction: the loop that fills an array moves into the loops that read it, and the array goes away."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import is_private
from xpiler.passes import Pass, refuse
from xpiler.transforms.array_forward import forward_buffer
from xpiler.transforms.dead_store import sweep
from xpiler.transforms.handles import find_buffer, find_kernel
from xpiler.transforms.index_simplify import simplify_indices


@dataclass(frozen=True)
class LoopContractionPass(Pass):
    """Replaces every load of `buffer` by the expression that was stored there."""

    name = "loop-contraction"
    buffer: str
    kernel: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        function = find_kernel(op, self.kernel)
        buffer = find_buffer(function, self.buffer)
        if not is_private(buffer):
            refuse(function, f"'{self.buffer}' is no array of the kernel's own")
        remaining = forward_buffer(function, buffer)
        if remaining is not None:
            refuse(remaining, f"what '{self.buffer}' holds here is not known, or may not be computed again")
        simplify_indices(function)
        sweep(function)
