"""A parallel loop over the threads of one block."""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.lowering.index_arithmetic import add, integer, less, mul, sub, to_index
from xpiler.lowering.parallel_nest import Dimension, as_index, dimensions
from xpiler.lowering.simt.flat_nest import hardware_index, named
from xpiler.lowering.simt.row_blocks import block_dim, is_block_dim
from xpiler.transforms.rewriting import body, content, move_content


def bind_threads(forall: ir.Operation, dialect: str, shape: tuple[int | None, ...]) -> None:
    """Replaces the loop: thread t takes iterations t, t + threads, ... of the linearised dimensions.

    A block of several dimensions (`shape`, x last) is that of all its loops: each thread has one iteration. Of a block whose size the
    launch decides, the shape is (None,).
    """
    dims = dimensions(forall)
    if len(shape) > 1:
        _bind_axes(forall, dialect, dims)
        return
    (threads,) = shape
    with ir.InsertionPoint(forall), forall.location:
        threads = block_dim(dialect) if threads is None else threads
        count = _product([_count(d) for d in dims])
        thread = to_index(hardware_index(dialect, "thread_id", 0))
        block = _loop(thread, count, threads, dims[-1], len(dims))
        iteration = thread if block is None or not len(block.arguments) else block.arguments[0]
    ip = ir.InsertionPoint(forall) if block is None else ir.InsertionPoint.at_block_terminator(block)
    with ip, forall.location:
        for dimension in reversed(dims[1:]):
            width = as_index(_count(dimension))
            with dimension.variable.location:
                _define(dimension, arith.RemUIOp(iteration, width).result)
            with dims[0].variable.location if dimension is dims[1] else forall.location:
                iteration = arith.DivUIOp(iteration, width).result
        _define(dims[0], iteration)
    ops = content(body(forall))
    if block is None:
        for op in ops:
            op.move_before(forall)
    else:
        move_content(ops, block)
    forall.erase()


def _bind_axes(forall: ir.Operation, dialect: str, dims: list[Dimension]) -> None:
    """The loop's variables are the thread's indices."""
    for axis, dimension in enumerate(reversed(dims)):
        with ir.InsertionPoint(forall), dimension.variable.location:
            dimension.variable.replace_all_uses_with(to_index(hardware_index(dialect, "thread_id", axis)))
    for op in content(body(forall)):
        op.move_before(forall)
    forall.erase()


def _loop(thread: ir.Value, count: ir.Value | int, threads: ir.Value | int, dimension: Dimension, rank: int) -> ir.Block | None:
    """A strided loop; a conditional where one step reaches all iterations; nothing where all threads have exactly one."""
    if count == threads or (is_block_dim(count) and is_block_dim(threads)):
        return None
    if isinstance(count, int) and isinstance(threads, int) and count < threads:
        block = scf.IfOp(less(thread, as_index(count))).then_block
    else:
        with named(dimension, 0, rank) if rank == 1 else ir.Location.name("i", dimension.variable.location):
            block = scf.ForOp(thread, as_index(count), as_index(threads)).body
    with ir.InsertionPoint(block):
        scf.YieldOp([])
    return block


def _count(dimension: Dimension) -> ir.Value | int:
    """How many iterations a dimension has."""
    lower, upper, step = dimension.lower, dimension.upper, dimension.step
    if all(isinstance(b, int) for b in (lower, upper, step)):
        return max(0, -(-(upper - lower) // step))
    extent = upper if lower == 0 else sub(as_index(upper), as_index(lower))
    if step == 1:
        return extent
    raised = add(as_index(extent), sub(as_index(step), integer(1, ir.IndexType.get())))
    return arith.DivSIOp(raised, as_index(step)).result


def _product(counts: list[ir.Value | int]) -> ir.Value | int:
    total = counts[0]
    for count in counts[1:]:
        both = isinstance(total, int) and isinstance(count, int)
        total = total * count if both else mul(as_index(total), as_index(count))
    return total


def _define(dimension: Dimension, iteration: ir.Value) -> None:
    """The loop's variable from its iteration number."""
    if dimension.step != 1:
        iteration = mul(iteration, as_index(dimension.step))
    if dimension.lower != 0:
        iteration = add(as_index(dimension.lower), iteration)
    dimension.variable.replace_all_uses_with(iteration)
