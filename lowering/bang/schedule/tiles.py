"""Tiles of matrices between GDRAM and on-chip memory: views, strided copies, arrays with a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.contractions import Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.dialects.words import enum
from xpiler.lowering.bang.schedule.vector_plan import element_bytes
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import index


@dataclass(frozen=True)
class TileCopies:
    """Copies of tiles of matrices whose strides are polynomials over `forms`."""

    forms: IndexForms

    def value(self, poly: Poly) -> ir.Value:
        """A polynomial as a value here."""
        return materialize(poly, self.forms.ranges.nonneg)

    def to_nram(
        self, operand: Operand, buffer: ir.Value, corner: tuple[ir.Value, ir.Value], sizes: tuple[ir.Value, ir.Value], width: int | ir.Value
    ) -> None:
        """`sizes` (rows, columns) of the matrix from `corner` on, to rows of `width` elements."""
        size = element_bytes(operand.element)
        strides = (_row_bytes(width, size), self._stride(operand, size))
        self._copy_rows(buffer, self.view(operand, *corner), sizes, size, strides, "gdram2nram")

    def to_gdram(
        self, operand: Operand, buffer: ir.Value, corner: tuple[ir.Value, ir.Value], sizes: tuple[ir.Value, ir.Value], width: int | ir.Value
    ) -> None:
        """The other way."""
        size = element_bytes(operand.element)
        strides = (self._stride(operand, size), _row_bytes(width, size))
        self._copy_rows(self.view(operand, *corner), buffer, sizes, size, strides, "nram2gdram")

    def view(self, operand: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The matrix from element (row, column) on; its columns follow each other."""
        offset = arith.addi(arith.muli(row, self.value(operand.row_stride)), column)
        if operand.start.terms:
            offset = arith.addi(self.value(operand.start), offset)
        kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], operand.element)
        return ir.Operation.create("xpiler.view", results=[kind], operands=[operand.buffer, offset]).result

    def _stride(self, operand: Operand, size: int) -> ir.Value:
        return nsw(arith.muli, as_i32(self.value(operand.row_stride)), i32(size))

    def _copy_rows(  # the operands of one copy
        self, dst: ir.Value, src: ir.Value, sizes: tuple[ir.Value, ir.Value], size: int, strides: tuple[ir.Value, ir.Value], direction: str
    ) -> None:
        rows, columns = sizes
        bytes_ = nsw(arith.muli, as_i32(columns), i32(size))
        segments = nsw(arith.subi, as_i32(rows), i32(1))
        create("bang.memcpy_2d", [dst, src, bytes_, *strides, segments], direction=enum("bang", "direction", direction))


def _row_bytes(width: int | ir.Value, size: int) -> ir.Value:
    return i32(width * size) if isinstance(width, int) else nsw(arith.muli, as_i32(width), i32(size))


def remaining(name: str, total: ir.Value, first: ir.Value, most: int) -> ir.Value:
    """How many of `most` there still are from `first` on, under a name of its own."""
    left = arith.subi(total, first)
    return named(name, lambda: arith.minsi(index(most), left))


def create(name: str, operands: list[ir.Value], **attributes: ir.Attribute) -> None:
    """An operation without results."""
    ir.Operation.create(name, operands=operands, attributes=attributes)


def named(name: str, make: Callable[[], ir.Value]) -> ir.Value:
    """What `make` builds, called `name` in the output."""
    with ir.Location.name(name, ir.Location.current):
        return make()


def array(name: str, elements: int, kind: ir.Type, space: str = "nram") -> ir.Value:
    """An array on chip."""
    memory_space = ir.Attribute.parse(f"#bang.space<{space}>")
    return named(name, lambda: memref.alloca(ir.MemRefType.get([elements], kind, memory_space=memory_space), [], []))


def i32(number: int) -> ir.Value:
    """An i32 constant."""
    return arith.constant(ir.IntegerType.get_signless(32), number)


def as_i32(value: ir.Value) -> ir.Value:
    """An index as the i32 that builtins take."""
    return arith.index_cast(ir.IntegerType.get_signless(32), value)


def nsw(operation: Callable[..., ir.Value], a: ir.Value, b: ir.Value) -> ir.Value:
    """Signed arithmetic that does not wrap."""
    return operation(a, b, overflow_flags=arith.IntegerOverflowFlags.nsw)
