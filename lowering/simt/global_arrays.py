"""Arrays that neither a block's shared memory nor a thread's stack can hold: a part of global memory for each block or thread.

The kernel takes a buffer more, which its launchers allocate around the launch; a block (or thread) has the part with its number.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from mlir import ir
from mlir.dialects import memref

from xpiler.analysis.effects import is_private, walk
from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.attributes import is_dynamic
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.index_arithmetic import add, mul
from xpiler.lowering.launcher.scratch import add_scratch
from xpiler.lowering.parallel_nest import dimensions, index_constant

LARGEST_SCRATCH_BYTES = 1 << 30
# What a thread may keep to itself: the memory is set aside for every thread that a card can hold, some 300 thousand.
LARGEST_PRIVATE_BYTES = 16 * 1024


@dataclass(frozen=True)
class Scratch:
    """A buffer that launchers allocate for a kernel."""

    elements: int
    kind: ir.MemRefType


def array_bytes(alloca: ir.Operation) -> int:
    """Bytes of an array of static size; 0 for others."""
    kind = ir.MemRefType(alloca.results[0].type)
    width = getattr(kind.element_type, "width", 64)
    return 0 if any(map(is_dynamic, kind.shape)) else prod(kind.shape) * -(-width // 8)


def move_to_global(function: ir.Operation, root: ir.Operation, limit: int) -> list[Scratch]:
    """Moves the largest arrays of `root`, a loop over blocks or threads or the kernel itself, until the others have `limit` bytes.

    Nothing is moved where it is not known how often `root` runs, or where that would not be enough.
    """
    slots = _slots(root, function)
    arrays = sorted(_arrays(root), key=array_bytes, reverse=True)
    left, moved = sum(map(array_bytes, arrays)), []
    for alloca in arrays:
        if left > limit and is_private(alloca.results[0]):
            left -= array_bytes(alloca)
            moved.append(alloca)
    fits = slots is not None and sum(map(array_bytes, moved)) * slots <= LARGEST_SCRATCH_BYTES
    return [_move(function, root, alloca, slots) for alloca in moved] if fits and left <= limit else []


def refuse_large_stacks(function: ir.Operation, limit: int) -> None:
    """Raises Unsupported where a thread of a converted kernel would keep more than `limit` bytes of arrays to itself."""
    arrays = [op for op in walk(function) if op.name == "memref.alloca" and op.results[0].type.memory_space is None]
    total = sum(map(array_bytes, arrays))
    if total > limit:
        largest = max(arrays, key=array_bytes)
        raise Unsupported(
            f"each thread of the output would keep {total} bytes of arrays to itself; the platform has {limit}",
            place_of(largest.location),
            "make the source's tiles smaller, or launch a constant number of tasks",
        )


def _arrays(root: ir.Operation) -> list[ir.Operation]:
    """The arrays of one block or thread, those of parallel loops inside set aside."""
    return [op for op in walk(root) if op.name == "memref.alloca" and not _in_inner_loop(op, root)]


def _in_inner_loop(op: ir.Operation, root: ir.Operation) -> bool:
    parent = op.parent.operation
    while parent != root:
        if parent.name == "scf.forall":
            return True
        parent = parent.parent.operation
    return False


def _slots(root: ir.Operation, function: ir.Operation) -> int | None:
    """How many parts are needed; None where that is not a number."""
    if root == function:
        return 1
    dims = dimensions(root)
    plain = all(d.lower == 0 and d.step == 1 and isinstance(d.upper, int) for d in dims)
    return prod(d.upper for d in dims) if plain else None


def _move(function: ir.Operation, root: ir.Operation, alloca: ir.Operation, slots: int) -> Scratch:
    """Makes the accesses of one array accesses of the root's part of a new parameter."""
    shape, element = list(alloca.results[0].type.shape), alloca.results[0].type.element_type
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], element)
    buffer = add_scratch(function, kind, alloca.location)
    with ir.InsertionPoint(alloca), alloca.location:
        begin = mul(_number(root, function), index_constant(prod(shape)))
    for use in list(alloca.results[0].uses):
        _access(use.owner.operation, buffer, begin, shape)
    alloca.erase()
    return Scratch(slots * prod(shape), kind)


def _number(root: ir.Operation, function: ir.Operation) -> ir.Value:
    """Which part is this block's or thread's."""
    number = index_constant(0)
    for d in dimensions(root) if root != function else ():
        number = add(mul(number, index_constant(d.upper)), d.variable)
    return number


def _access(op: ir.Operation, buffer: ir.Value, begin: ir.Value, shape: list[int]) -> None:
    operands = list(op.operands)
    first = 1 if op.name == "memref.load" else 2
    with ir.InsertionPoint(op), op.location:
        offset = index_constant(0)
        for extent, subscript in zip(shape, operands[first:], strict=True):
            offset = add(mul(offset, index_constant(extent)), subscript)
        at = [add(begin, offset)]
        if op.name == "memref.load":
            op.results[0].replace_all_uses_with(memref.load(buffer, at))
        else:
            memref.store(operands[0], buffer, at)
    op.erase()
