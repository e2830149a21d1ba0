"""A product of float matrices with the columns of B packed once for all rows.

    forall columns j, by registers * 16:
      for pieces of the depth:
        packed[k][c] = B[k, j + c], zeros beyond the last column
        for rows i, by `rows`: sums = C (zeros for the first piece); for k: sums[r][c] += A[i + r, k] * packed[k][c]; C = sums

A packed piece lies in the second cache whatever the distance of B's rows, and is read from one end to the other. Every sum is added up in
the order it had.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import MatrixProduct, Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.vnni.schedule.dot_steps import named
from xpiler.lowering.vnni.schedule.packed_product import counted_loop
from xpiler.transforms.index_code import materialize
from xpiler.transforms.loop_vectorize import first_lanes
from xpiler.transforms.rewriting import index
from xpiler.transforms.vectors.widening import splat

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
            self.counts = [named(f"columns{n}", self._count(n)) for n in range(self.registers)]
            self.masks = [named(f"lanes{n}", first_lanes(count, LANES)) for n, count in enumerate(self.counts)]
            self._columns(first)
            scf.InParallelOp()

    def _count(self, register: int) -> ir.Value:
        """The columns of a register that there are."""
        rest = arith.maxsi(arith.subi(self.left, index(LANES * register)), index(0)) if register else self.left
        return arith.minsi(rest, index(LANES)) if register + 1 < self.registers else rest

    def _columns(self, column: ir.Value) -> None:
        """All rows of some columns; the loop over the depth runs once at least, so that C is written."""
        packed = named(
            "packed", memref.alloca(ir.MemRefType.get([self.piece * self.width], self.product.accumulator), [], [], alignment=64)
        )
        end = self.depth if self.forms.ranges.positive(self.product.depth) else arith.maxsi(self.depth, index(1))
        pieces = counted_loop("start", index(0), end, index(self.piece))
        with ir.InsertionPoint(pieces.body):
            first = pieces.induction_variable
            size = named("depth", arith.minsi(index(self.piece), arith.subi(self.depth, first)))
            self._pack(packed, first, size, column)
            begun = arith.cmpi(arith.CmpIPredicate.sgt, first, index(0))
            counts = [arith.select(begun, count, index(0)) for count in self.counts]
            self.written = [named(f"written{n}", first_lanes(count, LANES)) for n, count in enumerate(counts)]
            rows = counted_loop("row", index(0), self.rows, index(self.height))
            with ir.InsertionPoint(rows.body):
                self._tile(packed, rows.induction_variable, (first, size), column)
                scf.yield_([])
            scf.yield_([])

    def _pack(self, packed: ir.Value, first: ir.Value, size: ir.Value, column: ir.Value) -> None:
        """The rows of a piece of B, one behind the other."""
        loop = counted_loop("k", index(0), size, index(1))
        with ir.InsertionPoint(loop.body):
            at, right = loop.induction_variable, self.product.right
            for n, mask in enumerate(self.masks):
                position = self._position(right, arith.addi(first, at), self._register(column, n))
                loaded = vector.maskedload(self.kind, right.buffer, [position], mask, splat(self.kind, 0))
                vector.store(loaded, packed, [self._register(arith.muli(at, index(self.width)), n)])
            scf.yield_([])

    def _tile(self, packed: ir.Value, row: ir.Value, piece: tuple[ir.Value, ir.Value], column: ir.Value) -> None:
        """Some rows of C; where fewer are left, the last is computed and stored more than once, from the same sums."""
        first, size = piece
        last, rows, result = arith.subi(self.rows, index(1)), [row], self.product.result
        for n in range(1, self.height):
            rows.append(named(f"row{n}", arith.minsi(arith.addi(rows[-1], index(1)), last)))
        corners = [named(f"c{n}", self._position(result, r, column)) for n, r in enumerate(rows)]
        places = [[self._register(corner, n) for n in range(self.registers)] for corner in corners]
        starts = [named(f"sum{r}{n}", self._so_far(at, n)) for r, row_places in enumerate(places) for n, at in enumerate(row_places)]
        sums = self._sums(packed, [self._position(self.product.left, r, first) for r in rows], size, starts)
        for at, total in enumerate(sums):
            r, n = divmod(at, self.registers)
            vector.maskedstore(result.buffer, [places[r][n]], self.masks[n], total)

    def _so_far(self, position: ir.Value, register: int) -> ir.Value:
        """What earlier pieces have added up, or zeros."""
        return vector.maskedload(self.kind, self.product.result.buffer, [position], self.written[register], splat(self.kind, 0))

    def _sums(self, packed: ir.Value, rows: list[ir.Value], size: ir.Value, starts: list[ir.Value]) -> list[ir.Value]:
        loop = counted_loop("k", index(0), size, index(1), starts)
        with ir.InsertionPoint(loop.body):
            k, sums = loop.induction_variable, []
            base = arith.muli(k, index(self.width))
            b = [named(f"b{n}", vector.load(self.kind, packed, [self._register(base, n)])) for n in range(self.registers)]
            for r, start in enumerate(rows):
                element = memref.load(self.product.left.buffer, [arith.addi(start, k)])
                a = named(f"a{r}", vector.broadcast(self.kind, element))
                for n in range(self.registers):
                    at = r * self.registers + n
                    sums.append(named(f"sum{r}{n}", arith.addf(loop.inner_iter_args[at], arith.mulf(a, b[n]))))
            scf.yield_(sums)
        return list(loop.results)

    @staticmethod
    def _register(column: ir.Value, number: int) -> ir.Value:
        return arith.addi(column, index(LANES * number)) if number else column

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)
