"""One thread an iteration: a parallel nest over a grid of up to three dimensions, consecutive threads on consecutive elements."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.dialects.words import enum
from xpiler.lowering.c_text.names import source_name
from xpiler.lowering.contiguity import contiguous_dimension
from xpiler.lowering.index_arithmetic import add, i32, integer, less, mul, to_index
from xpiler.lowering.parallel_nest import Dimension, as_index, dimensions, for_loop
from xpiler.lowering.simt.global_arrays import Scratch
from xpiler.lowering.simt.row_blocks import BlockChoice
from xpiler.lowering.slices import depends_on_parameters_only, fits_int, largest
from xpiler.transforms.rewriting import body, content, move_content, terminator

LARGEST_GRID_YZ = 65535
BLOCK_SHAPES = {1: (256, 1, 1), 2: (32, 8, 1), 3: (32, 8, 1)}
FALLBACK_BLOCKS = 1024


@dataclass
class GridDimension:
    """Blocks along one axis: enough for the dimension at `per_block` iterations each, at most `limit`; or a fixed number."""

    dimension: Dimension | None
    per_block: int = 1
    limit: int | None = None
    blocks: int | None = None


@dataclass
class Geometry:
    """The launch of one kernel; the dimensions' bounds, and the elements of its dynamic arrays, are values of that kernel.

    `scratch` are the buffers that it takes behind the source's parameters; `choice` is by what its launch chooses between several blocks.
    """

    kernel: str
    grid: list[GridDimension]
    block: tuple[int, int, int]
    arrays: list[tuple[ir.Value, int]] = field(default_factory=list)
    scratch: list[Scratch] = field(default_factory=list)
    choice: BlockChoice | None = None

    def __post_init__(self) -> None:
        self.grid += [GridDimension(None, blocks=1) for _ in range(3 - len(self.grid))]


def bind_flat(forall: ir.Operation, dialect: str, function: ir.Operation, kernel: str) -> Geometry:
    """Replaces the parallel loop by thread indices and guards; returns the launch it needs."""
    order = _axes(forall, dimensions(forall))
    shape = BLOCK_SHAPES[min(len(order), 3)]
    axes = [_grid_axis(d, axis, shape[axis], function) for axis, d in enumerate(order[:3])]
    with ir.InsertionPoint(forall), forall.location:
        guards = [
            _index_with_guard(order[axis], dialect, axis, grid.per_block, len(order))
            for axis, grid in reversed(list(enumerate(axes)))
            if grid.limit is None
        ]
        block = _guarded([g for g in guards if g is not None])
    for axis, dimension in reversed(list(enumerate(order))):
        ip = ir.InsertionPoint(terminator(block)) if block is not None else ir.InsertionPoint(forall)
        with ip, forall.location:
            if axis > 2:
                block = for_loop(dimension, block)
            elif axes[axis].limit is not None:
                block = _strided_loop(dimension, dialect, axis, axes[axis].per_block, len(order))
    _place_content(forall, block)
    return Geometry(kernel, axes, shape)


def bind_axes(forall: ir.Operation, dialect: str, function: ir.Operation) -> tuple[list[GridDimension], list[ir.Operation]]:
    """Replaces the parallel loop by block indices, one block an iteration; returns the grid and the operations of the loop's body."""
    order = list(reversed(dimensions(forall)))
    axes = [_grid_axis(d, axis, 1, function) for axis, d in enumerate(order[:3])]
    block = None
    with ir.InsertionPoint(forall), forall.location:
        for axis, grid in enumerate(axes):
            if grid.limit is None:
                order[axis].variable.replace_all_uses_with(_first(order[axis], dialect, axis, 1, named(order[axis], axis, len(order))))
    for axis, dimension in reversed(list(enumerate(order))):
        ip = ir.InsertionPoint(terminator(block)) if block is not None else ir.InsertionPoint(forall)
        with ip, forall.location:
            if axis > 2:
                block = for_loop(dimension, block)
            elif axes[axis].limit is not None:
                block = _strided_loop(dimension, dialect, axis, 1, len(order))
    ops = content(body(forall))
    _place_content(forall, block)
    return axes, ops


def _axes(forall: ir.Operation, dims: list[Dimension]) -> list[Dimension]:
    """The dimensions by axis: x runs along memory, then the innermost of the others."""
    fastest = contiguous_dimension(forall, [d.variable for d in dims])
    rest = [d for i, d in enumerate(dims) if i != fastest]
    return [dims[fastest], *reversed(rest)]


def _grid_axis(dimension: Dimension, axis: int, threads: int, function: ir.Operation) -> GridDimension:
    """An axis needs a loop in the kernel where the grid may not reach all iterations."""
    bounds = [b for b in (dimension.lower, dimension.upper, dimension.step) if not isinstance(b, int)]
    if not all(depends_on_parameters_only(b, function) for b in bounds):
        return GridDimension(None, threads, limit=FALLBACK_BLOCKS, blocks=FALLBACK_BLOCKS if axis == 0 else 64)
    if axis == 0:
        return GridDimension(dimension, threads)
    static = isinstance(dimension.upper, int) and isinstance(dimension.lower, int)
    small = static and dimension.upper - dimension.lower <= LARGEST_GRID_YZ * threads
    most = largest(dimension.upper) if dimension.lower == 0 and dimension.step == 1 else None
    small = small or (most is not None and most <= LARGEST_GRID_YZ * threads)
    return GridDimension(dimension, threads, limit=None if small else LARGEST_GRID_YZ)


def hardware_index(dialect: str, name: str, axis: int) -> ir.Value:
    """`threadIdx.x` and its kin as an i32 value."""
    attributes = {"dimension": enum(dialect, "dim", "xyz"[axis])}
    return ir.Operation.create(f"{dialect}.{name}", results=[i32()], attributes=attributes).result


def named(dimension: Dimension, axis: int, rank: int) -> ir.Location:
    """The location of an index: the loop's name, else a usual word."""
    location = dimension.variable.location
    if source_name(location):
        return location
    word = "i" if rank == 1 else ("col", "row", "plane")[min(axis, 2)]
    return ir.Location.name(word, location)


def _first(dimension: Dimension, dialect: str, axis: int, threads: int, name: ir.Location) -> ir.Value:
    """The first iteration of this thread, as an index of that name."""
    wide = not isinstance(dimension.upper, int) and not fits_int(dimension.upper)
    block = hardware_index(dialect, "block_id", axis)
    thread = hardware_index(dialect, "thread_id", axis) if threads > 1 else None
    if wide:
        i64 = ir.IntegerType.get_signless(64)
        block, thread = (arith.ExtUIOp(i64, v).result if v is not None else None for v in (block, thread))
    position = mul(block, integer(threads, block.type)) if threads > 1 else block
    if dimension.lower == 0 and dimension.step == 1:
        with name:
            return to_index(add(position, thread) if thread is not None else position)
    iteration = add(position, thread) if thread is not None else position
    if threads == 1 and isinstance(dimension.lower, int) and isinstance(dimension.step, int):
        with name:  # before the upper bound, hence not beyond the type of the bound
            scaled = mul(iteration, integer(dimension.step, iteration.type))
            return to_index(scaled if dimension.lower == 0 else add(integer(dimension.lower, iteration.type), scaled))
    with name:
        return add(as_index(dimension.lower), mul(to_index(iteration), as_index(dimension.step)))


def _index_with_guard(dimension: Dimension, dialect: str, axis: int, threads: int, rank: int) -> ir.Value | None:
    """Defines the loop's variable from the thread's indices; returns the condition it needs, none where every thread has an iteration."""
    index = _first(dimension, dialect, axis, threads, named(dimension, axis, rank))
    dimension.variable.replace_all_uses_with(index)
    static = all(isinstance(b, int) for b in (dimension.lower, dimension.upper, dimension.step))
    if static and -(-(dimension.upper - dimension.lower) // dimension.step) % threads == 0:
        return None
    return less(index, as_index(dimension.upper)) if threads > 1 or not static else None


def _strided_loop(dimension: Dimension, dialect: str, axis: int, threads: int, rank: int) -> ir.Block:
    """A loop over the iterations of this thread, a whole grid apart."""
    first = _first(dimension, dialect, axis, threads, ir.Location.unknown())
    width = hardware_index(dialect, "grid_dim", axis)
    stride = to_index(mul(width, integer(threads)) if threads > 1 else width)
    stride = stride if dimension.step == 1 else mul(stride, as_index(dimension.step))
    with named(dimension, axis, rank):
        loop = scf.ForOp(first, as_index(dimension.upper), stride)
        with ir.InsertionPoint(loop.body):
            scf.YieldOp([])
    dimension.variable.replace_all_uses_with(loop.induction_variable)
    return loop.body


def _guarded(guards: list[ir.Value]) -> ir.Block | None:
    """A conditional on all guards, at the current insertion point; returns its body."""
    if not guards:
        return None
    condition = guards[0]
    for guard in guards[1:]:
        condition = arith.AndIOp(condition, guard).result
    block = scf.IfOp(condition).then_block
    with ir.InsertionPoint(block):
        scf.YieldOp([])
    return block


def _place_content(forall: ir.Operation, block: ir.Block | None) -> None:
    """Moves the loop's body to its new place."""
    ops = content(body(forall))
    if block is None:
        for op in ops:
            op.move_before(forall)
    else:
        move_content(ops, block)
    forall.erase()
