"""Tiles in the shared form: loops, arrays, and matrices addressed by row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.c_text.control import UNROLL
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import as_value, index

_SLT = 2


@dataclass(frozen=True)
class Matrix:
    """A matrix in memory whose strides are values."""

    buffer: ir.Value
    start: ir.Value | None
    row_stride: ir.Value

    @staticmethod
    def of(operand: Operand, forms: IndexForms) -> Matrix:
        """An operand of a product; its strides are computed at the current insertion point."""
        start = materialize(operand.start, forms.ranges.nonneg) if operand.start.terms else None
        return Matrix(operand.buffer, start, materialize(operand.row_stride, forms.ranges.nonneg))

    @staticmethod
    def size(poly: Poly, forms: IndexForms) -> ir.Value | int:
        """A number of rows or columns."""
        number = poly.as_int()
        return materialize(poly, forms.ranges.nonneg) if number is None else number

    def within(self, place: list[ir.Value], ends: tuple[ir.Value | int, ir.Value | int]) -> ir.Value:
        """Whether row and column are before the ends."""
        row, column = (arith.CmpIOp(_SLT, p, as_value(end)).result for p, end in zip(place, ends, strict=True))
        return arith.andi(row, column)

    def load(self, place: list[ir.Value]) -> ir.Value:
        """The element at a place."""
        return memref.load(self.buffer, [self.subscript(place)])

    def store(self, value: ir.Value, place: list[ir.Value]) -> None:
        """Sets the element at a place."""
        memref.store(value, self.buffer, [self.subscript(place)])

    def load_wide(self, place: list[ir.Value], lanes: int) -> ir.Value:
        """Consecutive elements of a row, from a place on that is a multiple of them."""
        return vector.load(ir.VectorType.get([lanes], ir.MemRefType(self.buffer.type).element_type), self.buffer, [self.subscript(place)])

    def load_tile(self, tile: ir.Value, corner: tuple[ir.Value, ir.Value], ends: tuple[ir.Value | int, ir.Value | int]) -> None:
        """The block's threads fill a tile from `corner` on, with zeros where the matrix ends."""
        kind = ir.MemRefType(tile.type)
        with TileLoops.forall({"r": (kind.shape[0], 1), "c": (kind.shape[1], 1)}) as at:
            memref.store(self.load_within(place_in(corner, at), ends), tile, at)

    def load_within(self, place: list[ir.Value], ends: tuple[ir.Value | int, ir.Value | int], name: str = "value") -> ir.Value:
        """The element at a place, zero beyond the ends; `name` is what it is called in the output."""
        element = ir.MemRefType(self.buffer.type).element_type
        inside = self.within(place, ends)
        choice = named(name, lambda: scf.IfOp(inside, [element], has_else=True))
        with ir.InsertionPoint(choice.then_block):
            scf.yield_([self.load(place)])
        with ir.InsertionPoint(choice.else_block):
            scf.yield_([zero(element)])
        return choice.results[0]

    def store_within(self, value: Callable[[], ir.Value], place: list[ir.Value], ends: tuple[ir.Value | int, ir.Value | int]) -> None:
        """Sets the element at a place to what `value` computes, unless the place is beyond the ends."""
        inside = scf.IfOp(self.within(place, ends))
        with ir.InsertionPoint(inside.then_block):
            self.store(value(), place)
            scf.yield_([])

    def subscript(self, place: list[ir.Value]) -> ir.Value:
        """Where the element at a place is in the buffer."""
        row, column = place
        offset = arith.addi(arith.muli(row, self.row_stride), column)
        return offset if self.start is None else arith.addi(self.start, offset)


class TileLoops:
    """Loops whose bodies are written inside a `with`."""

    @staticmethod
    @contextmanager
    def forall(dimensions: dict[str, tuple[ir.Value | int, int]]) -> Iterator[list[ir.Value]]:
        """A parallel loop over named dimensions: (end, step) each."""
        ends, steps = zip(*dimensions.values(), strict=True)
        loop = scf.ForallOp([0] * len(ends), list(ends), list(steps))
        for name, argument in zip(dimensions, loop.body.arguments, strict=True):
            argument.set_location(ir.Location.name(name, ir.Location.current))
        with ir.InsertionPoint(loop.body):
            yield list(loop.induction_variables)
            scf.InParallelOp()

    @staticmethod
    @contextmanager
    def serial(name: str, end: ir.Value | int, step: int = 1, unroll: int = 1) -> Iterator[ir.Value]:
        """A counted loop with a named variable, of which the compiler is asked to write `unroll` iterations out."""
        loop = scf.ForOp(index(0), as_value(end), index(step))
        if unroll > 1:
            loop.operation.attributes[UNROLL] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), unroll)
        loop.induction_variable.set_location(ir.Location.name(name, ir.Location.current))
        with ir.InsertionPoint(loop.body):
            yield loop.induction_variable
            scf.yield_([])


def array(name: str, shape: list[int], element: ir.Type, alignment: int | None = None) -> ir.Value:
    """An array of the block; `alignment` is in bytes."""
    return named(name, lambda: memref.alloca(ir.MemRefType.get(shape, element), [], [], alignment=alignment))


def place_in(corner: tuple[ir.Value, ir.Value], at: list[ir.Value]) -> list[ir.Value]:
    """Where an element of a tile is in the matrix."""
    (row, column), (r, c) = corner, at
    return [named("y", lambda: arith.addi(row, r)), named("x", lambda: arith.addi(column, c))]


def zero(kind: ir.Type) -> ir.Value:
    """The zero of a type of numbers."""
    return arith.constant(kind, 0 if isinstance(kind, ir.IntegerType) else 0.0)


def named(name: str, make: Callable[[], ir.Value]) -> ir.Value:
    """What `make` builds, called `name` in the output."""
    with ir.Location.name(name, ir.Location.current):
        return make()


def contract(acc: ir.Value, a: ir.Value, b: ir.Value, *, exact: bool) -> ir.Value:
    """`acc + a * b` in the accumulator's type; `exact` integers do not wrap."""
    if isinstance(acc.type, ir.IntegerType):
        flags = arith.IntegerOverflowFlags.nsw if exact else arith.IntegerOverflowFlags.none
        a, b = (v if v.type == acc.type else arith.extsi(acc.type, v) for v in (a, b))
        return arith.addi(acc, arith.muli(a, b, overflow_flags=flags), overflow_flags=flags)
    a, b = (v if v.type == acc.type else arith.extf(acc.type, v) for v in (a, b))
    return arith.addf(acc, arith.mulf(a, b))
