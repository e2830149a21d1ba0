"""store-roll: stores of one value to the elements of a box, written out one by one, become loops over the box.

Unrolled initialisations (`float acc[2][2] = {}`) then look like the loops that later read the array.
"""

from __future__ import annotations

from itertools import product

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import Access, access_of, effects_of, is_private, may_alias
from xpiler.passes import Pass
from xpiler.transforms.rewriting import blocks, body, constant_int, functions, new_forall, operations, terminator, variable


class StoreRollPass(Pass):
    """Written-out stores of one value to a box of elements become parallel loops."""

    name = "store-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in blocks(function):
                for run in _runs(block):
                    _roll(run)


def _runs(block: ir.Block) -> list[list[Access]]:
    """Groups of stores of one value to one private array, with nothing between that touches the array."""
    runs: list[list[Access]] = []
    current: list[Access] = []
    for op in operations(block):
        access = access_of(op)
        if access and access.writes and not access.reads and access.exact and is_private(access.buffer):
            if current and (access.buffer != current[0].buffer or op.operands[0] != current[0].op.operands[0]):
                runs.append(current)
                current = []
            current.append(access)
        elif current and _touches(op, current[0].buffer):
            runs.append(current)
            current = []
    return [run for run in [*runs, current] if len(run) > 1]


def _touches(op: ir.Operation, buffer: ir.Value) -> bool:
    effects = effects_of(op)
    return effects.unknown is not None or any(may_alias(a.buffer, buffer) for a in effects.accesses)


def _roll(run: list[Access]) -> None:
    """Replaces a run by loops, if its constant subscripts are exactly a box from 0."""
    numbers = [[constant_int(s) for s in access.subscripts] for access in run]
    counted = [k for k in range(len(numbers[0])) if all(n[k] is not None for n in numbers)]
    others = [k for k in range(len(numbers[0])) if k not in counted]
    if any(access.subscripts[k] != run[0].subscripts[k] for access in run for k in others):
        return
    points = {tuple(n[k] for k in counted) for n in numbers}
    sizes = [max(point[d] for point in points) + 1 for d in range(len(counted))]
    if len(points) < 2 or points != set(product(*(range(size) for size in sizes))):
        return
    last = run[-1].op
    ip, subscripts = ir.InsertionPoint(last), list(run[0].subscripts)
    for k, size in zip(counted, sizes, strict=True):
        if size > 1:
            loop = new_forall(size, last.location, ip)
            subscripts[k] = variable(loop)
            ip = ir.InsertionPoint(terminator(body(loop)))
    with ip, last.location:
        memref.store(last.operands[0], run[0].buffer, subscripts)
    for access in run:
        access.op.erase()
