"""The host side: device memory, copies of whole arrays, launches."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.host import is_of_bytes
from xpiler.verify.model.memory_ops import element_type
from xpiler.verify.model.program import place_of
from xpiler.verify.symbolic import bang, simt
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import Array, Condition, Held, Pointer
from xpiler.verify.symbolic.walker import Walker, handles
from xpiler.verify.terms.term import make

_ZERO = Int.of(0)


@handles("xpiler.alloc")
def alloc(w: Walker, op: ir.Operation) -> None:
    """Device memory."""
    extent = w.integer(op.operands[0], "the size of an allocation")
    w.env[op.results[0]] = Pointer(
        Array(f"device memory {len(w.trace.arrays) + 1}", element_type(op.results[0]), w.dims, extent, device=True), _ZERO
    )
    w.trace.arrays.append(w.env[op.results[0]].array)


@handles("xpiler.free")
def free(w: Walker, op: ir.Operation) -> None:
    """The end of device memory, for everything that gets here."""
    array = w.env[op.operands[0]].array
    w.must_be_held(array)
    if not array.device:
        raise NotModelled(f"'{array.name}' is freed, and was not allocated here")
    array.freed = w.domain if array.freed is None else array.freed.union(w.domain)


@handles("xpiler.extent")
def nothing(w: Walker, op: ir.Operation) -> None:
    """Nothing that contents depend on."""


@handles("xpiler.assume")
def assume(w: Walker, op: ir.Operation) -> None:
    """Bytes that are counted in an int: the proof is of the sizes at which they fit. Other facts are the user's, and not needed."""
    if not is_of_bytes(op):
        return
    fits = w.env[op.operands[0]]
    if not isinstance(fits, Condition):
        raise NotModelled("a number of bytes that depends on data")
    w.box.require(fits.yes, w.domain)
    w.trace.bounded.add(place_of(op))


@handles("xpiler.copy")
def copy(w: Walker, op: ir.Operation) -> None:
    """A copy of all of an array; its instances are made when the array's dimensions are known."""
    source, target, count, *stream = (w.env[v] for v in op.operands)
    if stream or w.dims:
        raise NotModelled("a copy on a stream or in a loop")
    if source.offset.constant != 0 or target.offset.constant != 0:
        raise NotModelled("a copy of a part of an array")
    read = w.access(source, _ZERO, False)
    write = w.access(target, _ZERO, True, make("read", Held(read)))
    read.of_whole = True
    w.trace.copies.append((source.array, target.array, count, read, write))


@handles("xpiler.launch")
def launch(w: Walker, op: ir.Operation) -> None:
    """A launch of blocks or of tasks."""
    kernel = w.functions[ir.FlatSymbolRefAttr(op.attributes["kernel"]).value]
    values = iter([w.env[v] for v in op.operands])
    sizes = list(ir.DenseI32ArrayAttr(op.attributes["operandSegmentSizes"]))
    grid, block, tasks, shared, _, arguments = ([next(values) for _ in range(n)] for n in sizes)
    if not all(isinstance(v, Int) for v in (*grid, *block, *tasks, *shared)):
        raise NotModelled("a launch geometry that depends on data")
    if tasks:
        bang.launch(w, kernel, tasks, arguments)
    else:
        simt.launch(w, kernel, grid, block, *(shared or [Int.of(0)]), arguments)


@handles("xpiler.call")
def call(w: Walker, op: ir.Operation) -> None:
    """The kernel of a platform that needs no launch."""
    w.call(w.functions[ir.FlatSymbolRefAttr(op.attributes["kernel"]).value], [w.env[v] for v in op.operands])
