"""One block an iteration: the outer parallel loop over blocks, inner ones over the block's threads, barriers where threads exchange data.

What lies between the inner loops is done by every thread alike when it only computes, and by the first thread when it writes.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import Effects, effects_of, is_pure, walk
from xpiler.lowering.c_text.attributes import is_dynamic
from xpiler.lowering.index_arithmetic import integer
from xpiler.lowering.launcher.build import only_if
from xpiler.lowering.parallel_nest import dimensions, merge_perfect_nest, serialise_inside
from xpiler.lowering.simt.flat_nest import Geometry, bind_axes, hardware_index
from xpiler.lowering.simt.hazards import Hazards
from xpiler.lowering.simt.thread_loop import bind_threads
from xpiler.transforms.rewriting import operations, terminator

_EQUAL = 0
_FACTS = ("xpiler.extent", "xpiler.assume", "func.return", "scf.yield", "scf.condition")
_LARGEST_SHARED_BYTES = 48 * 1024
_DEFAULT_THREADS = 256


class BlockCode:
    """Converts the statements that a block's threads run together."""

    def __init__(self, dialect: str, threads: int):
        self.dialect = dialect
        self.threads = threads
        self.hazards = Hazards()

    def convert(self, ops: list[ir.Operation]) -> None:
        """Converts a sequence of statements of one block."""
        for op in ops:
            if op.name in _FACTS:
                continue
            if op.name == "memref.alloca":
                share(op, self.dialect)
            elif op.name == "scf.forall":
                self._parallel(op)
            elif is_pure(op):
                self._meet(op, effects_of(op), single=False)
            elif _has_parallel_loop(op) or _result_is_read(op):
                self._structured(op)
            else:
                self._first_thread(op)

    def _parallel(self, op: ir.Operation) -> None:
        op = merge_perfect_nest(op)
        serialise_inside(op)
        self._meet(op, effects_of(op), single=False)
        bind_threads(op, self.dialect, self.threads)

    def _first_thread(self, op: ir.Operation) -> None:
        """A write outside every parallel loop happens once a block."""
        self._meet(op, effects_of(op), single=True)
        serialise_inside(op)
        with ir.InsertionPoint(op), op.location:
            thread = hardware_index(self.dialect, "thread_id", 0)
            inside = only_if(arith.CmpIOp(_EQUAL, thread, integer(0)).result, lambda: None)
        op.move_before(terminator(inside))

    def _structured(self, op: ir.Operation) -> None:
        """A loop or conditional that holds parallel loops: uniform, so that its barriers are met by all threads."""
        before = self.hazards.copy()
        for region in op.regions:
            branch = self.hazards
            if op.name == "scf.if":
                self.hazards = before.copy()
            for block in region.blocks:
                ops = operations(block)
                self.convert(ops)
                if op.name != "scf.if" and (self.hazards.writes or self.hazards.single):
                    self._barrier(ops[-1])
            branch.merge(self.hazards)
            self.hazards = branch
        self.hazards.merge(before)

    def _meet(self, op: ir.Operation, effects: Effects, *, single: bool) -> None:
        if self.hazards.conflict(effects, single=single):
            self._barrier(op)
        self.hazards.add(effects, single=single)

    def _barrier(self, op: ir.Operation) -> None:
        with ir.InsertionPoint(op), op.location:
            ir.Operation.create(f"{self.dialect}.barrier")
        self.hazards.clear()


def bind_blocks(function: ir.Operation, outer: ir.Operation | None, dialect: str, kernel: str) -> Geometry:
    """Binds the outer loop (where there is one) to blocks and everything in it to the threads of a block."""
    root = outer if outer is not None else function
    threads = _threads(root)
    code = BlockCode(dialect, threads)
    if outer is None:
        code.convert(operations(function.regions[0].blocks[0]))
        return Geometry(kernel, [], (threads, 1, 1))
    axes, ops = bind_axes(outer, dialect, function)
    code.convert(ops)
    return Geometry(kernel, axes, (threads, 1, 1))


def _threads(root: ir.Operation) -> int:
    """Threads of a block: as many as the widest inner loop has iterations, where that is known and not many."""
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


def shared_bytes(root: ir.Operation) -> int | None:
    """Bytes of the arrays that lie in `root` outside its inner parallel loops; None where a size is not static."""
    total = 0
    for region in root.regions:
        for block in region.blocks:
            for op in operations(block):
                if op.name == "memref.alloca":
                    kind = ir.MemRefType(op.results[0].type)
                    if any(is_dynamic(s) for s in kind.shape):
                        return None
                    count = 1
                    for size in kind.shape:
                        count *= size
                    total += count * -(-_bits(kind.element_type) // 8)
                elif op.name != "scf.forall":
                    inner = shared_bytes(op)
                    if inner is None:
                        return None
                    total += inner
    return total


def fits_shared(root: ir.Operation) -> bool:
    """Whether the block's arrays fit the shared memory every device has."""
    size = shared_bytes(root)
    return size is not None and size <= _LARGEST_SHARED_BYTES


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


def _has_parallel_loop(op: ir.Operation) -> bool:
    return any(o.name == "scf.forall" for o in walk(op))


def _result_is_read(op: ir.Operation) -> bool:
    return any(list(r.uses) for r in op.results)
