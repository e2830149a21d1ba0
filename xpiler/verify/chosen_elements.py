"""Arrays whose numbers choose elements of other arrays (tokens of an embedding, classes of a loss) without a guard.

Any numbers would leave those arrays, so the runs take small ones. Where no subscript tells how many elements there are to choose
from, the array gets room for what small numbers choose. An input that leaves an array all the same says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mlir import ir

from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.raising.footprint_extents import REACHED, UNSIZED
from xpiler.verify import signature
from xpiler.verify.buffer_extents import Extents, by_launched_kernels
from xpiler.verify.sampling import FEW, ParameterInfo, volume

SUBSCRIPTS = {"memref.load": 1, "memref.store": 2, "memref.atomic_rmw": 2, "memref.generic_atomic_rmw": 1}  # the first one's position
LEAST_ROOM = 1 << 12
MOST_ROOM = 1 << 18
WORDS = 32  # an array of narrower numbers is not looked at: all of a byte's are within a table


def choosing(parameters: list[ParameterInfo], shared: ir.Module) -> list[ParameterInfo]:
    """The parameters, with a mark on arrays whose numbers are subscripts in the kernels of a module in shared form.

    Arrays whose extent the kernel's own guards and loops tell (`xpiler.reached`) are chosen from within it, whatever the numbers.
    """
    found: dict[str, bool] = {}  # the names, and whether what they choose is written
    for kernel in signature.functions(shared, "xpiler.kernel").values():
        arguments = kernel.regions[0].blocks[0].arguments
        named = list(zip(signature.data_positions(kernel), signature.parameters_of(kernel), strict=True))
        guarded = {ir.StringAttr(name).value for name in kernel.attributes[REACHED]} if REACHED in kernel.attributes else set()
        safe = [arguments[position] for position, p in named if p.name in guarded]
        for position, p in named:
            for user in _chosen(arguments[position], safe) if p.is_pointer and _is_of_words(arguments[position]) else ():
                found[p.name] = found.get(p.name, False) or user.name == "memref.store"
    return [replace(p, chooses=True, scatters=found[p.name]) if p.is_pointer and p.name in found else p for p in parameters]


def _is_of_words(array: ir.Value) -> bool:
    element = ir.MemRefType(array.type).element_type
    return isinstance(element, ir.IntegerType) and element.width >= WORDS


def _chosen(array: ir.Value, safe: list[ir.Value]) -> Iterator[ir.Operation]:
    """The accesses to other arrays than the `safe` ones whose subscripts numbers of the array reach, through arithmetic alone."""
    pending = [use.owner.operation.results[0] for use in array.uses if use.owner.operation.name == "memref.load"]
    seen = set(pending)
    while pending:
        for use in pending.pop().uses:
            user = use.owner.operation
            first = SUBSCRIPTS.get(user.name, len(user.operands))
            if use.operand_number >= first and user.operands[first - 1] not in safe:
                yield user
            if user.name.startswith("arith.") and user.results[0] not in seen:
                seen.add(user.results[0])
                pending.append(user.results[0])


def with_room(launcher: signature.Callable, shared: ir.Module) -> list[Extents]:
    """What gives room to the arrays of which no subscript tells an extent; nothing where all are told."""
    if not any(UNSIZED in kernel.attributes for kernel in signature.functions(shared, "xpiler.kernel").values()):
        return []
    if signature.kind_of(launcher.function):
        return [lambda sizes: by_launched_kernels(launcher, shared, room=room(sizes))(sizes)]
    return [lambda sizes: _of_function(launcher, sizes)]


def _of_function(function: signature.Callable, sizes: dict[str, int]) -> dict[str, int]:
    placed = list(zip(signature.data_positions(function.function), function.parameters, strict=False))
    known = signature.extents_stated(function.function, ScalarEvaluator({i: sizes[p.name] for i, p in placed if p.name in sizes}))
    return {p.name: known.get(i, room(sizes)) for i, p in placed if p.is_pointer}


def room(sizes: dict[str, int]) -> int:
    """Elements for an array of unknown extent: rows as long as all sizes together, as many as small numbers choose."""
    return min(max(FEW * volume(sizes), LEAST_ROOM), MOST_ROOM)
