"""Scratch memory of C: what a function allocates for itself is a local array whose extent is a value.

`malloc` and its kin give bytes; the first cast says what they are. `new T[n]`, `std::vector<T> name(n)` and `T name[n]` say
it at once. Memory ends with the function: freeing it says nothing. In a launcher it is a buffer of the device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.frontend.byte_counts import elements
from xpiler.frontend.c_types import (
    I64,
    U64,
    ArrayType,
    CType,
    PointerType,
    StructType,
    memory_type,
    scalar_of,
    scalars_in,
    size_of,
)
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import to_index
from xpiler.frontend.cursors import expressions
from xpiler.frontend.expressions import rvalue_of
from xpiler.frontend.language import Handler
from xpiler.frontend.places import Place, RowPlace
from xpiler.frontend.values import Aggregate, Null, Opaque, Pointer, Scalar, Untyped, Value, own_memory

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

BYTES_AT = {"malloc": 0, "_mm_malloc": 0, "aligned_alloc": 1}
FREE = ("free", "_mm_free")
ALLOCATIONS = frozenset((*BYTES_AT, *FREE, "calloc"))


@dataclass
class RawMemory(Untyped):
    """Bytes of which it is not said yet what they hold, and the block in which they are allocated."""

    bytes: ir.Value
    block: ir.Block
    zeroed: bool = False
    array: Pointer | None = None

    def as_array(self, reader: Reader, pointee: CType) -> Value:
        """The memory as elements of a type: the first cast decides what it is, later ones see it."""
        if self.array is not None:
            return self.array if self.array.pointee == pointee else reader.arrays.view(self.array, pointee)
        if reader.builder.block != self.block:
            raise reader.unsupported("memory that is cast elsewhere than where it is allocated", "cast what malloc returns at once")
        count = elements(reader.builder, self.bytes, U64, size_of(scalar_of(pointee)))
        self.array = allocate(reader, count, pointee)
        if self.zeroed:
            fill(reader, self.array, count, reader.builder.zero(scalar_of(pointee)))
        return self.array


def allocate(reader: Reader, count: ir.Value, pointee: CType) -> Pointer:
    """Memory for `count` (index) scalars: a local array of a kernel, a device buffer of a launcher."""
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], memory_type(pointee))
    if reader.frames[0].is_kernel:
        return Pointer(reader.arrays.scratch(kind, count), None, pointee)
    return Pointer(reader.builder.value("xpiler.alloc", [count], kind), None, pointee)


def fill(reader: Reader, array: Pointer, count: ir.Value, number: ir.Value) -> None:
    """Stores a number in every element."""
    builder = reader.builder
    zero, one = (builder.constant(bound, I64.mlir()) for bound in (0, 1))
    loop = builder.op("scf.for", [zero, builder.value("arith.index_cast", [count], I64.mlir()), one], [], regions=1)
    block = loop.regions[0].blocks.append(I64.mlir(), arg_locs=[loop.location])
    with builder.at(block):
        at = builder.value("arith.index_cast", [block.arguments[0]], ir.IndexType.get())
        builder.op("memref.store", [number, array.base, at])
        builder.op("scf.yield")


def raw(call: Call) -> Value:
    """`malloc(bytes)` and its kin."""
    block = call.reader.builder.block
    assert block is not None
    memory = RawMemory(call.value(BYTES_AT[call.name], U64), block)
    return Opaque(call.result_type, memory)


def zeroed(call: Call) -> Value:
    """`calloc(count, size)`."""
    builder = call.reader.builder
    assert builder.block is not None
    bytes_ = builder.value("arith.muli", [call.value(0, U64), call.value(1, U64)], U64.mlir())
    return Opaque(call.result_type, RawMemory(bytes_, builder.block, zeroed=True))


def freed(call: Call) -> None:
    """Only a launcher's memory outlives what is read."""
    _release(call.reader, call.any(0))


def vector(call: Call) -> Value:
    """`std::vector<T>(n)` and `(n, value)`: elements that are set."""
    reader, ctype = call.reader, call.result_type
    assert isinstance(ctype, StructType)
    pointer = next(inner for name, inner in ctype.fields if name == "first")
    assert isinstance(pointer, PointerType)
    if not 1 <= len(call) <= 2 or not call.ctype(0).is_integer:
        raise call.refuse("a std::vector that is made without a size is not supported", "say how many elements it has: name(n)")
    size = call.value(0, U64)
    count = to_index(reader.builder, size, U64)
    element = pointer.pointee
    array = allocate(reader, count, element)
    fill(reader, array, count, call.value(1, element) if len(call) > 1 else reader.builder.zero(element))
    return Aggregate(ctype, {"first": array, "count": Scalar(size, U64)})


def run_time_array(reader: Reader, cursor: Cursor, ctype: ArrayType) -> Place:
    """`T name[n]`."""
    if isinstance(ctype.element, ArrayType) and ctype.element.count is None:
        raise reader.unsupported(f"the array '{cursor.spelling}' of several run-time extents", "make it one-dimensional")
    (size,) = expressions(cursor)[:1]
    count = _count(reader, size, ctype.element)
    array = allocate(reader, count, ctype.element)
    reader.name_value(array, cursor.spelling)
    return RowPlace(array.base, reader.builder.index(0), ctype)


def _count(reader: Reader, size: Cursor, element: CType) -> ir.Value:
    """A number of elements as one of scalars, as `index`."""
    value = reader.rvalue(size)
    assert isinstance(value, Scalar)
    count = reader.builder.scale_index(to_index(reader.builder, value.ssa, value.ctype), scalars_in(element))
    assert count is not None
    return count


@rvalue_of(CursorKind.CXX_NEW_EXPR)
def new(reader: Reader, cursor: Cursor) -> Value:
    """`new T[n]`, and `new T[n]()`, which zeroes."""
    ctype = reader.ctype(cursor)
    sizes = expressions(cursor)
    if reader.language.run_time_array is None or not isinstance(ctype, PointerType) or "[" not in _tokens(cursor) or not sizes:
        raise reader.unsupported("'new'", "use an array")
    count = _count(reader, sizes[0], ctype.pointee)
    array = allocate(reader, count, ctype.pointee)
    if _tokens(cursor)[-1] in (")", "}") and len(sizes) > 1:
        fill(reader, array, count, reader.builder.zero(scalar_of(ctype.pointee)))
    return array


def _tokens(cursor: Cursor) -> list[str]:
    return [token.spelling for token in cursor.get_tokens()]


@rvalue_of(CursorKind.CXX_DELETE_EXPR)
def delete(reader: Reader, cursor: Cursor) -> None:
    """Freed memory is not used again."""
    pointer = reader.rvalue(expressions(cursor)[0])
    if not isinstance(pointer, (Pointer, Null)):
        raise reader.unsupported("'delete' of this")
    _release(reader, pointer)


def _release(reader: Reader, value: Value) -> None:
    base = own_memory(value) if isinstance(value, Pointer) else None
    if base is not None and base.owner.operation.name == "xpiler.alloc":
        reader.builder.op("xpiler.free", [base])


def builtins() -> dict[str, Handler]:
    """The functions by name."""
    return {**dict.fromkeys(BYTES_AT, raw), "calloc": zeroed, **dict.fromkeys(FREE, freed), "vector::vector": vector}
