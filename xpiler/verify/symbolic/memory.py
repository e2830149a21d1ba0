"""Loads, stores, arrays and views."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.forall import loops_of
from xpiler.verify.model.memory import SIZES
from xpiler.verify.model.memory_ops import DYNAMIC, element_type, space_of
from xpiler.verify.symbolic.flat import SHARED
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import Array, Pointer
from xpiler.verify.symbolic.sets import number
from xpiler.verify.symbolic.walker import Walker, handles


def pointer_of(w: Walker, value: ir.Value) -> Pointer:
    """The pointer a memref is; its elements must be what the array holds."""
    found = w.env[value]
    if not isinstance(found, Pointer):
        raise NotModelled("a buffer that is chosen by data")
    type_, array = element_type(value), found.array
    if type_ != (array.retyped or array.element):
        raise NotModelled(f"an array of {array.element} accessed as {type_}")
    return found


def index_of(w: Walker, pointer: Pointer, indices: list[ir.Value]) -> Int:
    """The element in one dimension; each subscript must be within its dimension."""
    numbers = [w.integer(v, "an address") for v in indices]
    if len(numbers) == 1:
        return numbers[0]
    total = Int.of(0)
    for subscript, extent in zip(numbers, pointer.sizes, strict=True):
        low, high = subscript.affine(w.symbols), extent.affine(w.symbols)
        w.require(low.ge_set(number(0)).intersect(low.lt_set(high)), "a subscript within its dimension")
        total = total.times(extent, w.symbols).plus(subscript)
    return total


@handles("memref.load")
def load(w: Walker, op: ir.Operation) -> None:
    """One element."""
    pointer = pointer_of(w, op.operands[0])
    w.env[op.results[0]] = w.load(pointer, index_of(w, pointer, list(op.operands)[1:]))


@handles("memref.store")
def store(w: Walker, op: ir.Operation) -> None:
    """One element."""
    pointer = pointer_of(w, op.operands[1])
    w.store(pointer, index_of(w, pointer, list(op.operands)[2:]), w.env[op.operands[0]])


@handles("memref.alloca")
def alloca(w: Walker, op: ir.Operation) -> None:
    """An array of the scope it is made in; one in shared memory belongs to the block."""
    space = space_of(op.results[0])
    if space in ("sram", "constant"):
        raise NotModelled(f"an array in {space}")
    if space == "shared" and w.flat is not None:
        raise NotModelled(SHARED)
    dynamic = iter(op.operands)
    shape = ir.MemRefType(op.results[0].type).shape
    sizes = tuple(w.integer(next(dynamic)) if s == DYNAMIC else Int.of(s) for s in shape)
    extent = Int.of(1)
    for size in sizes:
        extent = extent.times(size, w.symbols)
    owner = tuple(d for d in w.dims if d not in w.threads) if space == "shared" else w.dims
    name = op.location.name_str if op.location.is_a_name() else "an array"
    array = Array(name, element_type(op.results[0]), owner, extent, loops=frozenset() if space == "shared" else loops_of(op))
    w.env[op.results[0]] = Pointer(array, Int.of(0), sizes)


@handles("memref.dealloc")
def dealloc(w: Walker, op: ir.Operation) -> None:
    """Nothing to see."""


@handles("memref.dim")
def dim(w: Walker, op: ir.Operation) -> None:
    """The extent of a dimension."""
    pointer, position = w.env[op.operands[0]], w.integer(op.operands[1]).constant
    if not isinstance(pointer, Pointer) or not pointer.sizes or position is None:
        raise NotModelled("the extent of a pointer")
    w.env[op.results[0]] = pointer.sizes[position]


@handles("memref.collapse_shape", "memref.cast")
def same_memory(w: Walker, op: ir.Operation) -> None:
    """The same elements in one dimension."""
    pointer = w.env[op.operands[0]]
    if len(ir.MemRefType(op.results[0].type).shape) != 1:
        raise NotModelled(f"'{op.name}' to several dimensions")
    w.env[op.results[0]] = Pointer(pointer.array, pointer.offset)


@handles("xpiler.view")
def view(w: Walker, op: ir.Operation) -> None:
    """A pointer moved on; bytes may be taken as elements of one type throughout."""
    pointer = w.env[op.operands[0]]
    if not isinstance(pointer, Pointer):
        raise NotModelled("a buffer that is chosen by data")
    moved = pointer.offset.plus(w.integer(op.operands[1], "a pointer"))
    types = [element_type(v) for v in (op.operands[0], op.results[0])]
    if types[0] != types[1]:
        moved = _retyped(w, pointer.array, moved, *types)
    w.env[op.results[0]] = Pointer(pointer.array, moved)


def _retyped(w: Walker, array: Array, offset: Int, old: str, new: str) -> Int:
    ratio = SIZES[new] // SIZES[old]
    if old != array.element or ratio < 1 or array.retyped not in ("", new) or array.extent is None:
        raise NotModelled(f"an array of {array.element} taken as {new}")
    if not array.retyped:
        if any(a.array is array for a in w.trace.accesses):
            raise NotModelled(f"an array of {old} used as such and as {new}")
        array.retyped, array.extent = new, Int.of(array.extent.affine(w.symbols).div(number(ratio)).floor())
    if offset.constant is None or offset.constant % ratio:
        raise NotModelled("an offset into bytes that is not a constant number of elements")
    return Int.of(offset.constant // ratio)
