"""Launch geometry of SIMT kernels, computed in a launcher from the kernel's parameters."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.lowering.index_arithmetic import add, as_i32, greater, integer, sub
from xpiler.lowering.launcher.build import Launch, only_if
from xpiler.lowering.launcher.run_time_arrays import Workspace
from xpiler.lowering.launcher.scratch import around_launches, own_parameters
from xpiler.lowering.simt.dynamic_arrays import launch_bytes
from xpiler.lowering.simt.flat_nest import Geometry, GridDimension
from xpiler.lowering.simt.global_arrays import Scratch
from xpiler.lowering.slices import fits_int, rebuilt


def launch_of(phases: list[tuple[ir.Operation, Geometry]], workspaces: list[Workspace]) -> Launch:
    """Launches the kernels in order, each over its grid; one without work is not launched (an empty grid is an error of the runtime)."""

    def launch(arguments: list[ir.Value], mapping: dict[ir.Value, ir.Value], stream: ir.Value | None) -> None:
        scalars = [mapping[p] for p in own_parameters(phases[0][0])]
        with around_launches(workspaces, mapping) as buffers:
            for function, geometry in phases:
                own = dict(zip(own_parameters(function), scalars, strict=True))
                sizes = [_size(axis, own) for axis in geometry.grid]
                counts = [s for s in sizes if s is not None and not isinstance(s, int)]
                handed = [*arguments, *buffers]
                _guarded(
                    counts, lambda geometry=geometry, sizes=sizes, own=own, handed=handed: _launch(geometry, sizes, own, handed, stream)
                )

    return launch


def _size(axis: GridDimension, mapping: dict[ir.Value, ir.Value]) -> ir.Value | int | None:
    """How many iterations an axis has: a number, a value, or None where the number of blocks is fixed."""
    if axis.dimension is None:
        return None
    lower, upper, step = (
        b if isinstance(b, int) else rebuilt(b, mapping, ir.InsertionPoint.current)
        for b in (axis.dimension.lower, axis.dimension.upper, axis.dimension.step)
    )
    if all(isinstance(b, int) for b in (lower, upper, step)):
        return max(0, -(-(upper - lower) // step))
    narrow = fits_int(axis.dimension.upper) if not isinstance(axis.dimension.upper, int) else True
    as_count = as_i32 if narrow and lower == 0 and step == 1 else _as_index
    count = as_count(upper)
    if lower != 0:
        count = sub(count, as_count(lower))
    if step != 1:
        width = as_count(step)
        count = arith.DivSIOp(add(count, sub(width, integer(1, count.type))), width).result
    return count


def _as_index(bound: ir.Value | int) -> ir.Value:
    return integer(bound, ir.IndexType.get()) if isinstance(bound, int) else bound


def _guarded(counts: list[ir.Value], write: object) -> None:
    if not counts:
        write()
        return
    condition = None
    for count in counts:
        positive = greater(count, integer(0, count.type))
        condition = positive if condition is None else arith.AndIOp(condition, positive).result
    only_if(condition, write)


def _launch(
    geometry: Geometry,
    sizes: list[ir.Value | int | None],
    mapping: dict[ir.Value, ir.Value],
    arguments: list[ir.Value],
    stream: ir.Value | None,
) -> None:
    if geometry.choice is None:
        _launch_block(geometry, geometry.block, sizes, mapping, arguments, stream)
        return
    length = rebuilt(geometry.choice.length, mapping, ir.InsertionPoint.current)
    geometry.choice.launch(length, lambda threads: _launch_block(geometry, (threads, 1, 1), sizes, dict(mapping), arguments, stream))


def _launch_block(
    geometry: Geometry,
    threads: tuple[int, int, int],
    sizes: list[ir.Value | int | None],
    mapping: dict[ir.Value, ir.Value],
    arguments: list[ir.Value],
    stream: ir.Value | None,
) -> None:
    grid = [_blocks(axis, size) for axis, size in zip(geometry.grid, sizes, strict=True)]
    block = [integer(n) for n in threads]
    shared = [launch_bytes(geometry.arrays, mapping)] if geometry.arrays else []
    streams = [stream] if stream is not None else []
    buffers = [_allocated(scratch) for scratch in geometry.scratch]
    arguments = [*arguments, *buffers]
    segments = [3, 3, 0, len(shared), len(streams), len(arguments)]
    ir.Operation.create(
        "xpiler.launch",
        operands=[*grid, *block, *shared, *streams, *arguments],
        attributes={"kernel": ir.FlatSymbolRefAttr.get(geometry.kernel), "operandSegmentSizes": ir.DenseI32ArrayAttr.get(segments)},
    )
    for buffer in buffers:
        ir.Operation.create("xpiler.free", operands=[buffer])  # when the kernel has ended: freeing waits for it


def _allocated(scratch: Scratch) -> ir.Value:
    """A buffer for one launch."""
    with ir.Location.name("scratch"):
        elements = integer(scratch.elements, ir.IndexType.get())
        return ir.Operation.create("xpiler.alloc", operands=[elements], results=[scratch.kind]).result


def _blocks(axis: GridDimension, size: ir.Value | int | None) -> ir.Value:
    """Blocks along one axis: the iterations over the threads of a block, rounded up, at most the limit."""
    if size is None:
        return integer(axis.blocks)
    if isinstance(size, int):
        blocks = -(-size // axis.per_block)
        return integer(min(blocks, axis.limit) if axis.limit else blocks)
    blocks = size
    if axis.per_block > 1:
        raised = add(size, integer(axis.per_block - 1, size.type), exact=False)
        blocks = arith.DivUIOp(raised, integer(axis.per_block, size.type)).result
    if axis.limit:
        blocks = arith.MinUIOp(blocks, integer(axis.limit, blocks.type)).result
    return as_i32(blocks)
