"""Blocks whose number of threads only the launch knows: warps that exchange values by all their lanes are whole.

    reduce<<<rows, block_size>>>(...)      for (o = 16; o > 0; o /= 2) v += __shfl_xor_sync(full, v, o);

A lane that is not there has no value to give, so that such code means something for multiples of a warp alone. Told as
`threads / 32 * 32`, the number is one, and the lanes of a warp are known.
"""

from __future__ import annotations

from dataclasses import replace

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.index_arithmetic import EXACT
from xpiler.raising.simt.geometry import MOST_THREADS, Geometry
from xpiler.raising.simt.platform_ops import simt_name, word
from xpiler.raising.simt.sub_warps import most_of
from xpiler.raising.structure import captures, constant_value, definition, entry, evaluated_constant, walk

FOLDS = ("addf", "addi", "mulf", "maxnumf", "minnumf", "maximumf", "minimumf", "maxsi", "minsi", "maxui", "minui", "andi", "ori", "xori")


def with_whole_warps(kernel: ir.Operation, geometry: Geometry, lanes: int) -> Geometry:
    """The geometry, its threads as a multiple of the lanes where the kernel means that."""
    threads, *others = geometry.block
    if constant_value(threads) is not None or any(constant_value(size) != 1 for size in others):
        return geometry
    if not any(simt_name(op) == "shuffle" and _asks_all_lanes(op, kernel, lanes) for op in walk(kernel)):
        return geometry
    emit = _behind(threads, kernel)
    users = list(threads.uses)
    width = emit.constant(lanes)
    warps = emit.floor_div(emit.cast(threads, emit.index), width)
    _assume(emit, emit.compare("sge", warps, emit.constant(1)), "a block is one whole warp or more")
    _assume(emit, emit.compare("sle", warps, emit.constant(MOST_THREADS // lanes)), "a block fits the device")
    whole = emit.cast(emit.mul(warps, width), threads.type)
    whole.owner.attributes[EXACT] = ir.UnitAttr.get()
    for use in users:
        use.owner.operands[use.operand_number] = whole
    grid = tuple(whole if size == threads else size for size in geometry.grid)
    return replace(geometry, grid=grid, block=(whole, *others))


def _assume(emit: EmissionPoint, condition: ir.Value, reason: str) -> None:
    emit.op("xpiler.assume", [], [condition], reason=ir.StringAttr.get(reason))


def _behind(value: ir.Value, kernel: ir.Operation) -> EmissionPoint:
    """Where the number of threads is known."""
    if isinstance(value.owner, ir.Block):
        return EmissionPoint(ir.InsertionPoint.at_block_begin(entry(kernel)), kernel.location)
    op = value.owner.operation
    following = list(op.block.operations)
    return EmissionPoint(ir.InsertionPoint(following[following.index(op) + 1]), kernel.location)


def _asks_all_lanes(shuffle: ir.Operation, kernel: ir.Operation, lanes: int) -> bool:
    """Whether every lane of every warp of some block takes what another one gives, and uses it."""
    if word(shuffle, "kind") not in ("xor", "down") or evaluated_constant(shuffle.operands[2]) != lanes:
        return False
    if 2 * most_of(shuffle.operands[1]) < lanes:  # halves of a wave of 64 may be all there is
        return False
    return _is_folded(shuffle) and not any(map(_chooses_threads, _conditions(shuffle, kernel)))


def _is_folded(shuffle: ir.Operation) -> bool:
    """Whether a lane takes what it is given together with what it gave, whoever it is."""
    given, own = shuffle.results[0], shuffle.operands[0]
    users = [use.owner.operation for use in given.uses]
    return any(op.name.rpartition(".")[2] in FOLDS and own in list(op.operands) and op.block == shuffle.block for op in users)


def _conditions(op: ir.Operation, kernel: ir.Operation) -> list[ir.Value]:
    """The conditions around an operation."""
    found, inner = [], op.parent
    while inner is not None and inner.operation != kernel:
        if inner.name == "scf.if":
            found.append(inner.operation.operands[0])
        inner = inner.operation.parent
    return found


def _chooses_threads(condition: ir.Value) -> bool:
    """Whether a condition is one of the thread's place in its block, and not of an element's place in the whole."""
    names = {simt_name(op) for op in _behind_a_value(condition, set())}
    return "thread_id" in names and "block_id" not in names


def _behind_a_value(value: ir.Value, seen: set[ir.Operation]) -> set[ir.Operation]:
    """The operations that a value is computed by."""
    op = definition(value)
    if op is not None and op not in seen:
        seen.add(op)
        for used in captures(op):
            _behind_a_value(used, seen)
    return seen
