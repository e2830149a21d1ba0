"""Kernels whose parallel loops follow one another: one `__global__` function each, launched in order.

A grid has no barrier, so what one loop writes and the next reads needs a launch between them. The first keeps the kernel's name; all
have all
parameters. Only the launchers run them all: who launches the first alone gets the first phase alone.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import is_pure
from xpiler.transforms.rewriting import operations

_FACTS = ("xpiler.extent", "xpiler.assume", "func.return", "memref.get_global")


def split_phases(function: ir.Operation) -> None:
    """Makes a function of each parallel loop, where there are several and nothing but them does work."""
    block = function.regions[0].blocks[0]
    loops = [op for op in operations(block) if op.name == "scf.forall"]
    if len(loops) < 2 or works_outside(function):
        return
    name = ir.StringAttr(function.attributes["sym_name"]).value
    after = function
    for number in range(1, len(loops)):
        copy = function.clone(ir.InsertionPoint(after)).operation
        copy.move_after(after)
        copy.attributes["sym_name"] = ir.StringAttr.get(f"{name}_phase{number + 1}")
        copy.attributes["xpiler.phase_of"] = ir.FlatSymbolRefAttr.get(name)
        _keep_only(copy, number)
        after = copy
    _keep_only(function, 0)


def _keep_only(function: ir.Operation, number: int) -> None:
    loops = [op for op in operations(function.regions[0].blocks[0]) if op.name == "scf.forall"]
    for position, loop in enumerate(loops):
        if position != number:
            loop.erase()


def phases_of(function: ir.Operation) -> list[ir.Operation]:
    """The functions of a kernel in the order of their launches."""
    name = ir.StringAttr(function.attributes["sym_name"]).value
    others = [op for op in operations(function.block) if "xpiler.phase_of" in op.attributes]
    return [function, *(o for o in others if ir.FlatSymbolRefAttr(o.attributes["xpiler.phase_of"]).value == name)]


def works_outside(function: ir.Operation) -> bool:
    """Whether the kernel writes, or allocates, outside its parallel loops."""
    rest = (op for op in operations(function.regions[0].blocks[0]) if op.name not in _FACTS and op.name != "scf.forall")
    return any(not is_pure(op) for op in rest)
