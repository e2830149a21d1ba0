"""One block an iteration: the outer parallel loop over blocks, inner ones over the block's threads, barriers where threads exchange
data."""

from __future__ import annotations

from collections.abc import Container
from functools import reduce
from math import prod

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import walk
from xpiler.lowering.bounded_arrays import MOST
from xpiler.lowering.c_text.attributes import is_dynamic
from xpiler.lowering.group_code import GroupCode
from xpiler.lowering.index_arithmetic import integer
from xpiler.lowering.parallel_nest import dimensions, inner_forall
from xpiler.lowering.simt.dynamic_arrays import DynamicArrays
from xpiler.lowering.simt.flat_nest import Geometry, bind_axes, hardware_index
from xpiler.lowering.simt.row_blocks import BLOCK_SIZES, FEW, MANY, choice_of
from xpiler.lowering.simt.thread_arrays import make_private, thread_arrays
from xpiler.lowering.simt.thread_loop import bind_threads
from xpiler.transforms.rewriting import operations

_EQUAL = 0
LARGEST_SHARED_BYTES = 48 * 1024
_DEFAULT_THREADS = 256


class BlockCode(GroupCode):
    """The statements of a block of threads."""

    def __init__(self, dialect: str, shape: tuple[int | None, ...], function: ir.Operation):
        super().__init__()
        self.dialect = dialect
        self.shape = shape  # of the block, x last; (None,) where the launch decides
        self.dynamic = DynamicArrays(function, dialect)

    def bind(self, loop: ir.Operation) -> None:
        """Iterations over threads."""
        bind_threads(loop, self.dialect, self.shape)

    def barrier(self) -> None:
        """`__syncthreads()`."""
        ir.Operation.create(f"{self.dialect}.barrier")

    def is_first(self) -> ir.Value:
        """`threadIdx.x == 0`, and so along every axis of the block."""
        first = [
            arith.CmpIOp(_EQUAL, hardware_index(self.dialect, "thread_id", axis), integer(0)).result for axis in range(len(self.shape))
        ]
        return reduce(arith.andi, first)

    def share(self, alloca: ir.Operation) -> None:
        """Shared memory, its size a number or the launch's."""
        if len(alloca.operands):
            self.dynamic.place(alloca)
        elif alloca.results[0] not in self.hazards.private:
            share(alloca, self.dialect)


def bind_blocks(function: ir.Operation, outer: ir.Operation | None, dialect: str, kernel: str) -> Geometry:
    """Binds the outer loop (where there is one) to blocks and everything in it to the threads of a block."""
    root = outer if outer is not None else function
    choice = choice_of(root, function)
    threads, private = _owners(root)
    threads = threads or _threads(root)
    shape = (_common_shape(root, threads) or (threads,)) if choice is None else (None,)
    x, y, z, *_ = (*reversed(shape), 1, 1) if choice is None else (MANY, 1, 1)
    block = (x, y, z)
    if choice is not None:
        function.attributes[BLOCK_SIZES] = ir.DenseI32ArrayAttr.get([FEW, MANY])
    code = BlockCode(dialect, shape, function)
    code.hazards.private |= private
    if outer is None:
        code.convert(operations(function.regions[0].blocks[0]))
        return Geometry(kernel, [], block, code.dynamic.sizes)
    outer_block = outer.block
    axes, ops = bind_axes(outer, dialect, function)
    inner_block = ops[0].block if ops else outer_block
    code.convert(ops)
    if inner_block != outer_block:
        code.meet_again(inner_block)
    return Geometry(kernel, axes, block, code.dynamic.sizes, choice=choice)


def _owners(root: ir.Operation) -> tuple[int, set[ir.Value]]:
    """Makes the arrays private whose parts belong to threads; the number of threads they want (0: any), and the arrays."""
    threads, owned = _threads_own(root)
    return threads, {make_private(op, axes) for op, axes in owned.items()}


def _threads_own(root: ir.Operation) -> tuple[int, dict[ir.Operation, int]]:
    """How many threads own parts of arrays (0: none), and the arrays that each of them keeps a part of, with their axes."""
    found = thread_arrays(root)
    threads = max((prod(extents) for extents in found.values()), default=0)
    return threads, {op: len(extents) for op, extents in found.items() if prod(extents) == threads}


def _threads(root: ir.Operation) -> int:
    """Threads of a block: those of a loop whose lanes exchange values, else as many as the widest inner loop has iterations, where that is
    known and not many."""
    if (lanes := _exchanging(root)) is not None:
        return lanes
    counts = []
    for op in walk(root):
        if op.name == "scf.forall" and op != root:
            count = 1
            for d in dimensions(op):
                static = all(isinstance(b, int) for b in (d.lower, d.upper, d.step))
                count *= -(-(d.upper - d.lower) // d.step) if static else 1 << 20
            counts.append(count)
    widest = max(counts, default=1)
    return _DEFAULT_THREADS if widest > 1024 or not counts else max(32, -(-widest // 32) * 32)


def _exchanging(root: ir.Operation) -> int | None:
    """The threads of the parallel loops whose warps exchange values; None where there are none."""
    loops = (op for op in walk(root) if op.name == "scf.forall" and op != root and any(o.name.endswith(".shuffle") for o in walk(op)))
    extents = [d.upper for op in loops for d in dimensions(op)[-1:] if isinstance(d.upper, int)]
    return max(extents, default=None)


def _common_shape(root: ir.Operation, threads: int) -> tuple[int, ...] | None:
    """The extents that all parallel loops inside have in common, one iteration a thread: the block has them too. None for none."""
    shapes = {_shape(op) for op in walk(root) if op.name == "scf.forall" and op != root and _is_outermost(op, root)}
    shape = next(iter(shapes)) if len(shapes) == 1 else None
    return shape if shape is not None and 2 <= len(shape) <= 3 and prod(shape) == threads and shape[0] <= 64 else None


def _is_outermost(loop: ir.Operation, root: ir.Operation) -> bool:
    parent = loop.parent.operation
    while parent != root:
        if parent.name == "scf.forall":
            return False
        parent = parent.parent.operation
    return True


def _shape(loop: ir.Operation) -> tuple[int, ...] | None:
    """The extents of a perfect nest that counts from 0 by 1; None where some are not known."""
    dims = []
    inner: ir.Operation | None = loop
    while inner is not None:
        dims += dimensions(inner)
        inner = inner_forall(inner)
    known = all(d.lower == 0 and d.step == 1 and isinstance(d.upper, int) for d in dims)
    return tuple(d.upper for d in dims) if known else None


def shared_bytes(root: ir.Operation, owned: Container[ir.Operation] = ()) -> int | None:
    """Bytes of the arrays that lie in `root` outside its inner parallel loops, without `owned` ones; None where a size is not bounded."""
    total = 0
    for region in root.regions:
        for block in region.blocks:
            for op in operations(block):
                if op in owned:
                    continue
                if op.name == "memref.alloca":
                    kind = ir.MemRefType(op.results[0].type)
                    if any(is_dynamic(s) for s in kind.shape):
                        if MOST not in op.attributes:
                            return None
                        continue  # the source's launch asked for it as well
                    count = 1
                    for size in kind.shape:
                        count *= size
                    total += count * -(-_bits(kind.element_type) // 8)
                elif op.name != "scf.forall":
                    inner = shared_bytes(op, owned)
                    if inner is None:
                        return None
                    total += inner
    return total


def fits_shared(root: ir.Operation) -> bool:
    """Whether the block's arrays fit the shared memory every device has; threads keep those of which each owns a part."""
    size = shared_bytes(root, _threads_own(root)[1])
    return size is not None and size <= LARGEST_SHARED_BYTES


def _bits(element: ir.Type) -> int:
    return 64 if str(element) == "index" else getattr(element, "width", 64)


def share(op: ir.Operation, dialect: str) -> None:
    """Puts an array into the block's shared memory."""
    value = op.results[0]
    space = ir.Attribute.parse(f"#{dialect}.space<shared>")
    _respace(value, space)


def _respace(value: ir.Value, space: ir.Attribute) -> None:
    kind = ir.MemRefType(value.type)
    with ir.Location.unknown(kind.context):
        value.set_type(ir.MemRefType.get(kind.shape, kind.element_type, kind.layout, space))
    for use in value.uses:
        op = use.owner.operation
        if op.name.startswith("memref.") and len(op.results) == 1 and isinstance(op.results[0].type, ir.MemRefType):
            _respace(op.results[0], space)
