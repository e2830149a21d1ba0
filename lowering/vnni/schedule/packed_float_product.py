"""A product of float matrices with the columns of B packed once for all rows.

    forall columns j, by registers * 16:
      for pieces of the depth:
        packed[k][c] = B[k, j + c], zeros beyond the last column
        for rows i, by `rows`: sums = 0; for k: sums[r][c] += A[i + r, k] * packed[k][c]; C = sums, from the second piece on C += sums

A packed piece lies in the first or second cache whatever the distance of B's rows, and is read from one end to the other. The sums are an
array whose loops the compiler is told to unroll, so that it lives in registers; no element of C is written by two statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import MatrixProduct, Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.vnni.schedule.dot_steps import named
from xpiler.lowering.vnni.schedule.tile_loops import array, counted_loop, guarded, lanes_from, unrolled_loop
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import index
from xpiler.transforms.vectors.lane_values import splat

LANES = 16
PACKED_BYTES = 96 * 1024  # of a piece of B: it shares the second cache with rows of A and C


@dataclass
class PackedFloatProduct:
    """The loops of one product: `height` rows of C by `registers` registers of columns at a time."""

    product: MatrixProduct
    forms: IndexForms
    height: int
    registers: int

    def __post_init__(self) -> None:
        self.width = self.registers * LANES
        self.piece = PACKED_BYTES // (4 * self.width)
        self.kind = ir.VectorType.get([LANES], self.product.accumulator)

    def emit(self) -> None:
        """One loop over blocks of columns, which are independent."""
        self.rows, self.depth, columns = (self._value(n) for n in (self.product.rows, self.product.depth, self.product.columns))
        with ir.Location.name("column", ir.Location.current):
            blocks = scf.ForallOp([0], [columns], [self.width])
        with ir.InsertionPoint(blocks.body):
            first = blocks.induction_variables[0]
            self.left = named("left", arith.minsi(index(self.width), arith.subi(columns, first)))
            self._columns(first)
            scf.InParallelOp()

    def _columns(self, column: ir.Value) -> None:
        """All rows of some columns; the loop over the depth runs once at least, so that C is written."""
        packed = array("packed", self.piece * self.width, self.product.accumulator)
        end = self.depth if self.forms.ranges.positive(self.product.depth) else arith.maxsi(self.depth, index(1))
        with counted_loop("start", index(0), end, index(self.piece)) as first:
            size = named("depth", arith.minsi(index(self.piece), arith.subi(self.depth, first)))
            self._pack(packed, (first, size), column)
            begun = arith.cmpi(arith.CmpIPredicate.sgt, first, index(0))
            written = named("written", arith.select(begun, self.left, index(0)))
            with counted_loop("row", index(0), self.rows, index(self.height)) as row:
                self._tile(packed, (row, column), (first, size), written)

    def _pack(self, packed: ir.Value, piece: tuple[ir.Value, ir.Value], column: ir.Value) -> None:
        """The rows of a piece of B, one behind the other."""
        (first, size), right = piece, self.product.right
        with counted_loop("k", index(0), size, index(1)) as k:
            row = self._position(right, arith.addi(first, k), column)
            with self._each_register() as c:
                loaded = vector.maskedload(
                    self.kind, right.buffer, [arith.addi(row, c)], lanes_from("lanes", c, self.left, LANES), splat(self.kind, 0)
                )
                vector.store(loaded, packed, [self._packed(k, c)])

    def _tile(self, packed: ir.Value, corner: tuple[ir.Value, ir.Value], piece: tuple[ir.Value, ir.Value], written: ir.Value) -> None:
        """Some rows of C; where fewer are left, the last row of A takes the place of those that are not there."""
        row, _ = corner
        sums = array("sums", self.height * self.width, self.product.accumulator)
        with unrolled_loop("c", self.height * self.width, LANES) as c:
            vector.store(splat(self.kind, 0), sums, [c])
        self._sums(packed, row, piece, sums)
        with self._each_register() as c:
            self._store(sums, corner, c, written)

    def _store(self, sums: ir.Value, corner: tuple[ir.Value, ir.Value], c: ir.Value, written: ir.Value) -> None:
        """A register of each row of C: what earlier pieces have added up, and this one's sums."""
        (row, column), target = corner, self.product.result.buffer
        so_far, lanes = lanes_from("so_far", c, written, LANES), lanes_from("lanes", c, self.left, LANES)
        with unrolled_loop("r", self.height) as r, guarded(arith.cmpi(arith.CmpIPredicate.slt, arith.addi(row, r), self.rows)):
            place = [self._position(self.product.result, arith.addi(row, r), arith.addi(column, c))]
            earlier = vector.maskedload(self.kind, target, place, so_far, splat(self.kind, 0))
            total = vector.load(self.kind, sums, [self._summed(r, c)])
            vector.maskedstore(target, place, lanes, arith.addf(total, earlier))

    def _sums(self, packed: ir.Value, row: ir.Value, piece: tuple[ir.Value, ir.Value], sums: ir.Value) -> None:
        (first, size), left, last = piece, self.product.left, arith.subi(self.rows, index(1))
        with counted_loop("k", index(0), size, index(1)) as k, unrolled_loop("r", self.height) as r:
            start = self._position(left, arith.minsi(arith.addi(row, r), last), first)
            a = named("a", vector.broadcast(self.kind, memref.load(left.buffer, [arith.addi(start, k)])))
            with self._each_register() as c:
                at = self._summed(r, c)
                product = arith.mulf(a, vector.load(self.kind, packed, [self._packed(k, c)]))
                vector.store(arith.addf(vector.load(self.kind, sums, [at]), product), sums, [at])

    def _each_register(self):
        """The first column of each register of a tile."""
        return unrolled_loop("c", self.width, LANES)

    def _packed(self, k: ir.Value, c: ir.Value) -> ir.Value:
        return arith.addi(arith.muli(k, index(self.width)), c)

    def _summed(self, r: ir.Value, c: ir.Value) -> ir.Value:
        return arith.addi(arith.muli(r, index(self.width)), c)

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)
