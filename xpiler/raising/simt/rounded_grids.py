"""Launches of `n / 256` blocks for a kernel that asks `i < n`: what is left over is in no block, and the guard never fails.

Such a program means what it does, and is translated; it is seldom what was meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.diagnostics import warn
from xpiler.raising.footprint_extents import parameter_name
from xpiler.raising.places import place_of
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.structure import captures, constant_value, definition, walk

if TYPE_CHECKING:
    from xpiler.raising.simt.geometry import Geometry

DIVISIONS = ("arith.divsi", "arith.divui")
CASTS = ("arith.extsi", "arith.extui", "arith.trunci", "arith.index_cast")
BELOW = (2, 6)  # slt, ult


def warn_of_rounded_grids(kernel: ir.Operation, geometry: Geometry, launch: ir.Operation) -> None:
    """Says where a guard on the number of elements shows that a quotient should be rounded up."""
    for blocks, threads in zip(geometry.grid, geometry.block, strict=True):
        rounded, each = definition(blocks), constant_value(threads)
        if rounded is None or rounded.name not in DIVISIONS or each in (None, 1) or constant_value(rounded.operands[1]) != each:
            continue
        count = _plain(rounded.operands[0])
        if isinstance(count, ir.BlockArgument) and any(_guards(op, count) for op in walk(kernel)):
            name = parameter_name(kernel, count)
            message = f"{name} / {each} blocks of {each} threads leave out the last elements, for which the kernel has a guard"
            warn(message, place_of(launch.location), f"launch ({name} + {each - 1}) / {each} blocks")


def _plain(value: ir.Value) -> ir.Value:
    """A number without the casts around it."""
    op = definition(value)
    return _plain(op.operands[0]) if op is not None and op.name in CASTS else value


def _guards(op: ir.Operation, count: ir.Value) -> bool:
    """Whether an operation is a branch on an element's number, told by block and thread, being below `count`."""
    if op.name != "scf.if":
        return False
    comparison = definition(op.operands[0])
    if comparison is None or comparison.name != "arith.cmpi" or ir.IntegerAttr(comparison.attributes["predicate"]).value not in BELOW:
        return False
    number, bound = comparison.operands
    return _plain(bound) == count and {"block_id", "thread_id"} <= _indices(number)


def _indices(value: ir.Value) -> set[str]:
    op = definition(value)
    if op is None:
        return set()
    return {simt_name(op)}.union(*(_indices(used) for used in captures(op)))
