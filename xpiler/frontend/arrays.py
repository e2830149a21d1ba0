"""Memory of the function being read: its arrays, the rank-1 form pointers need, and views of other types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.arithmetic import compare
from xpiler.frontend.c_types import I64, CType, memory_type
from xpiler.frontend.values import Pointer

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

RESTRICT = "xpiler.restrict"
LOOP = "xpiler.parallel"  # on a parallel loop of the source: its number in the function
PRIVATE = "xpiler.private"  # on an array: the numbers of the parallel loops in whose bodies it is declared


class Arrays:
    """Allocations at the top of the function, one for each array."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._collapsed: dict[ir.Value, ir.Value] = {}
        self._last: ir.Operation | None = None
        self._numbers = count(1)
        self._loops: list[int] = []
        self._of_threads: list[list[ir.Operation]] = []  # by parallel region: arrays of which each thread has its own
        self._restricted: set[ir.Value] = set()
        self._not_null: dict[ir.Value, ir.Value] = {}
        self.entry: ir.Block | None = None

    def enter(self, entry: ir.Block, restricted: set[ir.Value]) -> None:
        """Begins a function: its block, and the arguments that are `__restrict__`."""
        self.entry, self._restricted = entry, restricted
        self._reader.builder.enter(entry)
        self._not_null = {}

    def _at_top(self, operation: ir.Operation) -> None:
        """Moves an operation behind the allocations made so far."""
        if self._last is None:
            assert self.entry is not None
            first = self.entry.operations[0].operation
            if first != operation:
                operation.move_before(first)
        else:
            operation.move_after(self._last)
        self._last = operation

    def _top(self, name: str, operands: list[ir.Value], result: ir.Type, attributes: dict[str, ir.Attribute]) -> ir.Value:
        assert self.entry is not None
        builder = self._reader.builder
        with builder.at(self.entry):
            operation = builder.op(name, operands, [result], attributes)
        self._at_top(operation)
        return operation.results[0]

    @contextmanager
    def parallel_loop(self) -> Iterator[int]:
        """While a parallel loop is read: its number. Arrays that are declared inside of it belong to each iteration."""
        self._loops.append(next(self._numbers))
        for array in (array for region in self._of_threads for array in region):
            known = ir.DenseI64ArrayAttr(array.attributes[PRIVATE]) if PRIVATE in array.attributes else ()
            array.attributes[PRIVATE] = ir.DenseI64ArrayAttr.get([*known, self._loops[-1]])
        yield self._loops[-1]
        self._loops.pop()

    @contextmanager
    def parallel_region(self) -> Iterator[None]:
        """While a region that all threads run is read: what it declares belongs to each thread, as in the loops that share work out."""
        self._of_threads.append([])
        yield
        self._of_threads.pop()

    def _note(self, array: ir.Operation) -> None:
        if self._of_threads and not self._loops:
            self._of_threads[-1].append(array)

    def allocate(self, kind: ir.Type, name: str, alignment: int | None = None) -> ir.Value:
        """A static array, at a multiple of `alignment` bytes.

        One of a function that is read in place stands where the kernel's own text calls it.
        """
        attributes: dict[str, ir.Attribute] = {"operandSegmentSizes": ir.DenseI32ArrayAttr.get([0, 0])}
        if alignment is not None:
            attributes["alignment"] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), alignment)
        if self._loops:
            attributes[PRIVATE] = ir.DenseI64ArrayAttr.get(self._loops)
        base = self._top("memref.alloca", [], kind, attributes)
        operation = base.owner.operation
        called = self._reader.frames[-1].call if self._reader.frames else None
        operation.location = ir.Location.name(name, called or operation.location)
        self._note(operation)
        return base

    def scratch(self, kind: ir.Type, count: ir.Value) -> ir.Value:
        """An array of `count` (index) elements, where it is declared: its extent is a value."""
        segments = {"operandSegmentSizes": ir.DenseI32ArrayAttr.get([1, 0])}
        loops = {PRIVATE: ir.DenseI64ArrayAttr.get(self._loops)} if self._loops else {}
        base = self._reader.builder.value("memref.alloca", [count], kind, {**segments, **loops})
        self._note(base.owner.operation)
        return base

    def hoisted(self, name: str, result: ir.Type, attributes: dict[str, ir.Attribute], operands: tuple[ir.Value, ...] = ()) -> ir.Value:
        """A buffer that is not allocated but named (a global, dynamic shared memory), at the top too."""
        return self._top(name, list(operands), result, attributes)

    def zero(self) -> ir.Value:
        """The index 0, at the top."""
        return self._top("arith.constant", [], ir.IndexType.get(), {"value": ir.IntegerAttr.get(ir.IndexType.get(), 0)})

    def collapsed(self, base: ir.Value) -> ir.Value:
        """The rank-1 form of an array."""
        kind = ir.MemRefType(base.type)
        if kind.rank == 1:
            return base
        if base not in self._collapsed:
            total = 1
            for extent in kind.shape:
                total *= extent
            flat = ir.MemRefType.get([total], kind.element_type, memory_space=kind.memory_space)
            groups = ir.ArrayAttr.get(
                [ir.ArrayAttr.get([ir.IntegerAttr.get(ir.IntegerType.get_signless(64), k) for k in range(kind.rank)])]
            )
            self._collapsed[base] = self._top("memref.collapse_shape", [base], flat, {"reassociation": groups})
        return self._collapsed[base]

    def dynamic(self, base: ir.Value) -> ir.Value:
        """A rank-1 base without its static extent, so that it can stand beside another."""
        kind = ir.MemRefType(base.type)
        if kind.shape[0] == ir.ShapedType.get_dynamic_size():
            return base
        return self._reader.builder.value("memref.cast", [base], _dynamic_type(kind.element_type, kind.memory_space))

    def view(self, pointer: Pointer, pointee: CType) -> Pointer:
        """The pointer as one to another type: the same base where the element type is the same, else a view."""
        kind = ir.MemRefType(pointer.base.type)
        element = memory_type(pointee)
        if kind.element_type == element:
            return replace(pointer, pointee=pointee)
        offset = pointer.offset if pointer.offset is not None else self._reader.builder.index(0)
        seen = self._reader.builder.value("xpiler.view", [pointer.base, offset], _dynamic_type(element, kind.memory_space))
        return Pointer(seen, None, pointee, pointer.there)

    def buffer(self, pointer: Pointer) -> ir.Value:
        """The memory from a pointer on, as a rank-1 memref of its own: the operand of a buffer builtin."""
        offset = pointer.offset if pointer.offset is not None else self._reader.builder.index(0)
        kind = ir.MemRefType(pointer.base.type)
        element = memory_type(pointer.pointee) if str(pointer.pointee) != "void" else kind.element_type
        return self._reader.builder.value("xpiler.view", [pointer.base, offset], _dynamic_type(element, kind.memory_space))

    def is_not_null(self, pointer: Pointer) -> ir.Value:
        """A pointer as a condition: only a parameter can be null, and what a choice made so."""
        builder = self._reader.builder
        if pointer.there is not None:
            return pointer.there
        if not isinstance(pointer.base.owner, ir.Block):
            return builder.boolean(True)
        if pointer.base not in self._not_null:
            self._not_null[pointer.base] = self._compared_with_null(pointer.base)
        return self._not_null[pointer.base]

    def _compared_with_null(self, base: ir.Value) -> ir.Value:
        """Once for the function, at its top."""
        from clang.cindex import BinaryOperator

        address = self._top("memref.extract_aligned_pointer_as_index", [base], ir.IndexType.get(), {})
        number = self._top("arith.index_cast", [address], I64.mlir(), {})
        zero = self._top("arith.constant", [], I64.mlir(), {"value": ir.IntegerAttr.get(I64.mlir(), 0)})
        builder = self._reader.builder
        assert self.entry is not None
        with builder.at(self.entry):
            compared = compare(builder, BinaryOperator.NE, number, zero, I64)
        self._at_top(compared.owner.operation)
        return compared

    def apart(self, one: ir.Value, other: ir.Value) -> bool:
        """Whether two bases are surely different memory."""
        return one != other and (self._own(one) or self._own(other) or (one in self._restricted and other in self._restricted))

    def _own(self, base: ir.Value) -> bool:
        owner = base.owner
        return not isinstance(owner, ir.Block) and owner.operation.name == "memref.alloca"


def _dynamic_type(element: ir.Type, space: ir.Attribute | None) -> ir.Type:
    return ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], element, memory_space=space)
