"""The parameters that loops run up to: numbers of rows, elements, channels.

Read where nothing says how large the buffers are: a kernel without a launcher. Where such a parameter is negative, no loop over it runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.raising.structure import definition, walk

# operation -> the operands with which its result grows
GROWS_WITH = {
    "arith.addi": (0, 1),
    "arith.subi": (0,),
    "arith.muli": (0, 1),
    "arith.divsi": (0,),
    "arith.ceildivsi": (0,),
    "arith.floordivsi": (0,),
    "arith.remsi": (0,),
    "arith.minsi": (0, 1),
    "arith.maxsi": (0, 1),
    "arith.select": (1, 2),
    "arith.index_cast": (0,),
    "arith.extsi": (0,),
    "arith.trunci": (0,),
}


def limits(kernel: ir.Operation) -> list[ir.Value]:
    """The signed integer parameters with which the upper bound of some loop grows, in order of appearance."""
    bounds = [bound for op in walk(kernel) for bound in _upper_bounds(op)]
    return list(dict.fromkeys(parameter for bound in bounds for parameter in _parameters(bound)))


def _upper_bounds(op: ir.Operation) -> list[ir.Value]:
    if op.name == "scf.for" and "unsignedCmp" not in op.attributes:
        return [op.operands[1]]
    return list(op.operands) if op.name == "scf.forall" else []


def _parameters(value: ir.Value) -> Iterator[ir.Value]:
    if isinstance(value, ir.BlockArgument):
        if value.owner.owner.operation.name == "func.func" and isinstance(value.type, ir.IntegerType) and value.type.width >= 32:
            yield value
        return
    op = definition(value)
    for position in GROWS_WITH.get(op.name, ()):
        yield from _parameters(op.operands[position])
