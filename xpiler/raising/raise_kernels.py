"""raise-kernels: the kernels of a module in platform form become shared form, loops as the platform cut them."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.passes import Pass
from xpiler.raising.raise_module import raise_module


@dataclass(frozen=True)
class RaiseKernelsPass(Pass):
    """Raise every kernel of the module; `normalize` goes on to the naive loops and the extents they show."""

    name = "raise-kernels"
    normalize: bool = False

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        module = op.opview
        raised = raise_module(module, normalize=self.normalize)
        for old in list(module.body.operations):
            old.operation.erase()
        with ctx, ir.Location.unknown(ctx):
            for new in raised.body.operations:
                new.operation.clone(ip=ir.InsertionPoint(module.body))
        for name in raised.operation.attributes:
            op.attributes[name] = raised.operation.attributes[name]
