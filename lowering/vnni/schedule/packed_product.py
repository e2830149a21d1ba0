"""A product of integer matrices with the columns of B packed once for all rows.

    forall columns j, by registers * 16:
      for pieces of the depth:
        packed[k / 4][c] = the bytes of B[k .. k + 3, j + c], zeros where the matrix ends
        for rows i, by `rows`: sums = 0; for k by 4: sums[r][c] += A[i + r, k .. k + 3] * packed[k / 4][c]; C (+)= sums

A word holds the elements of a column of B in consecutive rows, so that a register is a group of rows of 16 columns; a word of a row of A
meets it in every lane. The sums are an array whose loops the compiler is told to unroll, so that it lives in registers.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf, vector

from xpiler.analysis.contractions import MatrixProduct, Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.vnni.schedule.dot_steps import correction_of, dot, flipped, named
from xpiler.lowering.vnni.schedule.tile_loops import array, counted_loop, guarded, lanes_from, unrolled_loop
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import index
from xpiler.transforms.vectors.lane_masks import first_lanes
from xpiler.transforms.vectors.lane_values import splat

COLUMNS = 16  # 32-bit sums in a register
DEPTH = 512  # elements of a column that are packed at a time


@dataclass
class PackedProduct:
    """The loops of one product: `height` rows of C by `registers` registers of columns at a time."""

    product: MatrixProduct
    forms: IndexForms
    height: int
    registers: int

    def __post_init__(self) -> None:
        element = self.product.left.element
        self.bits = ir.IntegerType(element).width
        self.group = 32 // self.bits  # elements in a word
        self.width = COLUMNS * self.registers
        self.spread = self.width // self.group  # words in `packed` an element of a column stands for
        self.word = ir.VectorType.get([self.group], element)
        self.narrow = ir.VectorType.get([COLUMNS], element)
        self.bytes = ir.VectorType.get([COLUMNS * self.group], element)
        self.sums = ir.VectorType.get([COLUMNS], ir.IntegerType.get_signless(32))
        self.biased = self.bits == 8

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
        packed = array("packed", DEPTH * self.spread, self.sums.element_type)
        totals = array("totals", self.width, self.sums.element_type) if self.biased else None
        end = self.depth if self.forms.ranges.positive(self.product.depth) else arith.maxsi(self.depth, index(1))
        with counted_loop("start", index(0), end, index(DEPTH)) as first:
            size = named("depth", arith.minsi(index(DEPTH), arith.subi(self.depth, first)))
            self._pack((packed, totals), (first, size), column)
            begun = arith.cmpi(arith.CmpIPredicate.sgt, first, index(0))
            written = named("written", arith.select(begun, self.left, index(0)))
            with counted_loop("row", index(0), self.rows, index(self.height)) as row:
                self._tile((packed, totals), (row, column), (first, size), written)

    def _pack(self, packed: tuple[ir.Value, ir.Value | None], piece: tuple[ir.Value, ir.Value], column: ir.Value) -> None:
        """Packs a piece of the columns of B, and sums up each column where A is taken plus 128."""
        (words, totals), (first, size) = packed, piece
        if totals is not None:
            with self._each_register() as c:
                vector.store(splat(self.sums, 0), totals, [c])
        with counted_loop("k", index(0), size, index(self.group)) as k, self._each_register() as c:
            count = arith.minsi(index(self.group), arith.subi(size, k))
            made = self._words((arith.addi(first, k), arith.addi(column, c)), count, lanes_from("lanes", c, self.left, COLUMNS))
            vector.store(made, words, [self._packed(k, c)])
            if totals is not None:
                total = dot(vector.load(self.sums, totals, [c]), splat(self.bytes, 1), vector.bitcast(self.bytes, made))
                vector.store(total, totals, [c])

    def _words(self, corner: tuple[ir.Value, ir.Value], count: ir.Value, lanes: ir.Value) -> ir.Value:
        """The next `count` rows of B, side by side in words."""
        row, column = corner
        with ir.Location.name("r", ir.Location.current):
            rows = scf.ForOp(index(0), count, index(1), [splat(self.sums, 0)])
        with ir.InsertionPoint(rows.body):
            at = rows.induction_variable
            position = self._position(self.product.right, arith.addi(row, at), column)
            elements = vector.maskedload(self.narrow, self.product.right.buffer, [position], lanes, splat(self.narrow, 0))
            places = arith.index_cast(self.sums.element_type, arith.muli(at, index(self.bits)))
            shifted = arith.shli(arith.extui(self.sums, elements), vector.broadcast(self.sums, places))
            scf.yield_([named("words", arith.ori(rows.inner_iter_args[0], shifted))])
        return rows.results[0]

    def _tile(
        self,
        packed: tuple[ir.Value, ir.Value | None],
        corner: tuple[ir.Value, ir.Value],
        piece: tuple[ir.Value, ir.Value],
        written: ir.Value,
    ) -> None:
        """Some rows of C; where fewer are left, the last row of A takes the place of those that are not there."""
        (words, totals), (row, _), (first, size) = packed, corner, piece
        sums = array("sums", self.height * self.width, self.sums.element_type)
        with unrolled_loop("c", self.height * self.width, COLUMNS) as c:
            vector.store(splat(self.sums, 0), sums, [c])
        whole = named("whole", arith.muli(arith.divsi(size, index(self.group)), index(self.group)))
        with counted_loop("k", index(0), whole, index(self.group)) as k:
            self._dots(words, sums, row, (first, k), None)
        rest = named("rest", first_lanes(arith.subi(size, whole), self.group))
        with counted_loop("k", whole, size, index(self.group)) as k:
            self._dots(words, sums, row, (first, k), rest)
        with self._each_register() as c:
            self._store((sums, totals), corner, c, written)

    def _dots(self, packed: ir.Value, sums: ir.Value, row: ir.Value, place: tuple[ir.Value, ir.Value], live: ir.Value | None) -> None:
        """Adds the products of a group of the depth; `live` masks the elements of a word, in the rest."""
        (first, k), last = place, arith.subi(self.rows, index(1))
        with unrolled_loop("r", self.height) as r:
            start = self._position(self.product.left, arith.minsi(arith.addi(row, r), last), first)
            a = self._word(arith.addi(start, k), live)
            with self._each_register() as c:
                b = vector.bitcast(self.bytes, vector.load(self.sums, packed, [self._packed(k, c)]))
                at = [self._summed(r, c)]
                vector.store(dot(vector.load(self.sums, sums, at), a, b), sums, at)

    def _word(self, position: ir.Value, live: ir.Value | None) -> ir.Value:
        """A word of A in every lane, as the instruction wants it."""
        buffer = self.product.left.buffer
        if live is None:
            word = vector.load(self.word, buffer, [position])
        else:
            word = vector.maskedload(self.word, buffer, [position], live, splat(self.word, 0))
        spread = vector.shuffle(named("a", word), word, [*range(self.group)] * COLUMNS)
        return flipped(spread) if self.biased else spread

    def _store(self, sums: tuple[ir.Value, ir.Value | None], corner: tuple[ir.Value, ir.Value], c: ir.Value, written: ir.Value) -> None:
        """A register of each row of C: what earlier pieces have added up, and this one's sums."""
        (made, totals), (row, column), target = sums, corner, self.product.result.buffer
        correction = None if totals is None else correction_of(vector.load(self.sums, totals, [c]))
        so_far, lanes = lanes_from("so_far", c, written, COLUMNS), lanes_from("lanes", c, self.left, COLUMNS)
        with unrolled_loop("r", self.height) as r, guarded(arith.cmpi(arith.CmpIPredicate.slt, arith.addi(row, r), self.rows)):
            place = [self._position(self.product.result, arith.addi(row, r), arith.addi(column, c))]
            earlier = vector.maskedload(self.sums, target, place, so_far, splat(self.sums, 0))
            total = vector.load(self.sums, made, [self._summed(r, c)])
            if correction is not None:
                total = arith.subi(total, correction)
            vector.maskedstore(target, place, lanes, arith.addi(total, earlier))

    def _each_register(self):
        """The first column of each register of a tile."""
        return unrolled_loop("c", self.width, COLUMNS)

    def _packed(self, k: ir.Value, c: ir.Value) -> ir.Value:
        return arith.addi(arith.muli(k, index(self.spread)), c)

    def _summed(self, r: ir.Value, c: ir.Value) -> ir.Value:
        return arith.addi(arith.muli(r, index(self.width)), c)

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)
