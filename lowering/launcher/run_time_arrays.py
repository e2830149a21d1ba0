"""Local arrays whose extent is a value, on targets that have no place for them: parts of a buffer of the launchers.

An array outside every parallel loop is a buffer more of the kernel, which the launchers allocate around its launches. One
inside a parallel loop is a part of such a buffer, one for each iteration of the outermost loop around it.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import Unsupported
from xpiler.lowering.bounded_arrays import MOST
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.index_arithmetic import add, mul
from xpiler.lowering.launcher.scratch import add_scratch
from xpiler.lowering.parallel_nest import as_index, dimensions, serialise_inside
from xpiler.lowering.slices import depends_on_parameters_only, rebuilt
from xpiler.transforms.rewriting import operations


@dataclass(frozen=True)
class Workspace:
    """A buffer that launchers allocate around all launches of a kernel; how many elements it has is a value of the kernel."""

    elements: ir.Value
    kind: ir.MemRefType

    def allocated(self, mapping: dict[ir.Value, ir.Value]) -> ir.Value:
        """Allocates it at the insertion point of a launcher; `mapping` has the kernel's parameters."""
        with ir.Location.name("workspace"):
            elements = rebuilt(self.elements, dict(mapping), ir.InsertionPoint.current)
            return ir.Operation.create("xpiler.alloc", operands=[elements], results=[self.kind]).result


def move_run_time_arrays(function: ir.Operation) -> list[Workspace]:
    """Makes buffers of the arrays of a kernel whose extents are values, in the order of the parameters that they become.

    Raises Unsupported where a launcher cannot compute how large a buffer is.
    """
    arrays = [op for op in walk(function) if op.name == "memref.alloca" and len(op.operands) and MOST not in op.attributes]
    return [_moved(function, op) for op in arrays]


def _moved(function: ir.Operation, alloca: ir.Operation) -> Workspace:
    loops = _loops_around(alloca)
    loop = loops[-1] if loops else None
    if len(loops) > 1:
        serialise_inside(loop)  # the iterations of inner loops take turns in one part
    with ir.InsertionPoint(operations(function.regions[0].blocks[0])[0]), alloca.location:
        extent = _at_top(alloca.operands[0], function, alloca)
        dims = [] if loop is None else dimensions(loop)
        counts = [_at_top(as_index(d.upper), function, alloca) for d in dims]
        elements = extent
        for count in counts:
            elements = mul(elements, count)
    kind = ir.MemRefType(alloca.results[0].type)
    buffer = add_scratch(function, kind, alloca.location)
    part = buffer if loop is None else _part(alloca, buffer, extent, list(zip(dims, counts, strict=True)))
    alloca.results[0].replace_all_uses_with(part)
    alloca.erase()
    return Workspace(elements, kind)


def _part(alloca: ir.Operation, buffer: ir.Value, extent: ir.Value, dims: list) -> ir.Value:
    """The memory of one iteration."""
    if any(d.lower != 0 or d.step != 1 for d, _ in dims):
        raise Unsupported("an array of run-time size in a loop that does not count from 0 by 1", place_of(alloca.location))
    with ir.InsertionPoint(alloca), alloca.location:
        number = None
        for dimension, count in dims:
            number = dimension.variable if number is None else add(mul(number, count), dimension.variable)
        return ir.Operation.create("xpiler.view", results=[alloca.results[0].type], operands=[buffer, mul(number, extent)]).result


def _at_top(value: ir.Value, function: ir.Operation, alloca: ir.Operation) -> ir.Value:
    """A value computed again at the kernel's top."""
    if not depends_on_parameters_only(value, function):
        raise Unsupported(
            "how large this array is cannot be told from the kernel's parameters",
            place_of(alloca.location),
            "the target's launcher has to allocate it: make its size an expression in the parameters",
        )
    return rebuilt(value, {p: p for p in function.regions[0].blocks[0].arguments}, ir.InsertionPoint.current)


def _loops_around(op: ir.Operation) -> list[ir.Operation]:
    """The parallel loops around an operation, innermost first."""
    found, parent = [], op.parent.operation
    while parent.name != "func.func":
        if parent.name == "scf.forall":
            found.append(parent)
        parent = parent.parent.operation
    return found
