"""Room behind arrays of which nothing but the kernel's own accesses tells how long they are.

A kernel in shared form reaches what its results need. The source may touch more (a whole row of which half is used), and where nobody
states an extent that is no defect: its arrays are as long as it likes. So runs give it more.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.raising.footprint_extents import REACHED
from xpiler.verify import signature

TIMES, MORE = 2, 1 << 12  # as long again, and some thousand elements


def roomy(shared: ir.Module) -> ir.Module:
    """The module with longer arrays where their extents are what its kernels reach; the caller keeps it as long as it is asked."""
    kernels = signature.functions(shared, "xpiler.kernel").values()
    if not any(REACHED in kernel.attributes for kernel in kernels):
        return shared
    with shared.context, ir.Location.unknown():
        copy = ir.Module.create()
        for op in shared.body.operations:
            op.operation.clone(ip=ir.InsertionPoint(copy.body))
    for name in shared.operation.attributes:
        copy.operation.attributes[name] = shared.operation.attributes[name]
    for kernel in signature.functions(copy, "xpiler.kernel").values():
        _lengthen(kernel)
    return copy


def _lengthen(kernel: ir.Operation) -> None:
    reached = {ir.StringAttr(name).value for name in kernel.attributes[REACHED]} if REACHED in kernel.attributes else set()
    names = {position: p.name for position, p in zip(signature.data_positions(kernel), signature.parameters_of(kernel), strict=True)}
    for op in [op for op in signature.inside(kernel) if op.name == "xpiler.extent"]:
        if names.get(ir.BlockArgument(op.operands[0]).arg_number) in reached:
            with ir.InsertionPoint(op), op.location:
                twice = arith.muli(op.operands[1], arith.constant(ir.IndexType.get(), TIMES))
                op.operands[1] = arith.addi(twice, arith.constant(ir.IndexType.get(), MORE))
