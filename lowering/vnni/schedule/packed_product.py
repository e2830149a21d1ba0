"""A product of integer matrices with the columns of B packed once for all rows.

For each 16 columns of C and each piece of the depth, a word holds the elements of a column of B in consecutive rows,
zeros where the matrix ends, so that a register is a group of rows of 16 columns. A word of a row of A then meets it in
every lane, some rows of C at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import MatrixProduct, Operand
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.lowering.vnni.schedule.dot_steps import correction_of, dot, flipped, named
from xpiler.transforms.index_code import materialize
from xpiler.transforms.loop_vectorize import first_lanes
from xpiler.transforms.rewriting import index
from xpiler.transforms.vectors.widening import splat

COLUMNS = 16  # 32-bit sums in a register
ROWS = 4  # rows of C at a time, where nothing else is said: sums that do not wait for one another
DEPTH = 1024  # elements of a column that are packed at a time


@dataclass
class PackedProduct:
    """The loops of one product."""

    product: MatrixProduct
    forms: IndexForms
    height: int = ROWS

    def __post_init__(self) -> None:
        element = self.product.left.element
        self.bits = ir.IntegerType(element).width
        self.group = 32 // self.bits  # elements in a word
        self.spread = COLUMNS // self.group  # words in `packed` an element of a column stands for
        self.word = ir.VectorType.get([self.group], element)
        self.narrow = ir.VectorType.get([COLUMNS], element)
        self.bytes = ir.VectorType.get([COLUMNS * self.group], element)
        self.sums = ir.VectorType.get([COLUMNS], ir.IntegerType.get_signless(32))

    def emit(self) -> None:
        """One loop over blocks of columns, which are independent."""
        self.rows, self.depth, columns = (self._value(n) for n in (self.product.rows, self.product.depth, self.product.columns))
        with ir.Location.name("column", ir.Location.current):
            blocks = scf.ForallOp([0], [columns], [COLUMNS])
        with ir.InsertionPoint(blocks.body):
            first = blocks.induction_variables[0]
            count = named("columns", arith.minsi(index(COLUMNS), arith.subi(columns, first)))
            self._columns(first, count)
            scf.InParallelOp()

    def _columns(self, column: ir.Value, count: ir.Value) -> None:
        """All rows of some columns; the loop over the depth runs once at least, so that C is written."""
        lanes = first_lanes(count, COLUMNS)
        packed = named("packed", memref.alloca(ir.MemRefType.get([DEPTH * self.spread], self.sums.element_type), [], []))
        end = self.depth if self.forms.ranges.positive(self.product.depth) else arith.maxsi(self.depth, index(1))
        pieces = counted_loop("start", index(0), end, index(DEPTH))
        with ir.InsertionPoint(pieces.body):
            first = pieces.induction_variable
            size = named("depth", arith.minsi(index(DEPTH), arith.subi(self.depth, first)))
            correction = self._pack(packed, (first, size), (column, lanes))
            begun = arith.cmpi(arith.CmpIPredicate.sgt, first, index(0))
            so_far = named("written", first_lanes(arith.select(begun, count, index(0)), COLUMNS))
            rows = counted_loop("row", index(0), self.rows, index(self.height))
            with ir.InsertionPoint(rows.body):
                self._rows(packed, rows.induction_variable, (first, size), (column, lanes, so_far), correction)
                scf.yield_([])
            scf.yield_([])

    def _pack(self, packed: ir.Value, piece: tuple[ir.Value, ir.Value], columns: tuple[ir.Value, ir.Value]) -> ir.Value | None:
        """Packs a piece of the columns of B; what to take off each sum of products with them, where something is."""
        first, size = piece
        biased = self.bits == 8
        groups = counted_loop("k", index(0), size, index(self.group), [splat(self.sums, 0)] if biased else [])
        with ir.InsertionPoint(groups.body):
            at = groups.induction_variable
            words = self._words(arith.addi(first, at), arith.minsi(index(self.group), arith.subi(size, at)), columns)
            vector.store(words, packed, [arith.muli(at, index(self.spread))])
            operands = [*groups.inner_iter_args, splat(self.bytes, 1), vector.bitcast(self.bytes, words)]
            scf.yield_([named("total", dot(*operands))] if biased else [])
        return correction_of(groups.results[0]) if biased else None

    def _words(self, row: ir.Value, count: ir.Value, columns: tuple[ir.Value, ir.Value]) -> ir.Value:
        """The next `count` rows of B, side by side in words."""
        column, lanes = columns
        rows = counted_loop("r", index(0), count, index(1), [splat(self.sums, 0)])
        with ir.InsertionPoint(rows.body):
            at = rows.induction_variable
            position = self._position(self.product.right, arith.addi(row, at), column)
            elements = vector.maskedload(self.narrow, self.product.right.buffer, [position], lanes, splat(self.narrow, 0))
            places = arith.index_cast(self.sums.element_type, arith.muli(at, index(self.bits)))
            shifted = arith.shli(arith.extui(self.sums, elements), vector.broadcast(self.sums, places))
            scf.yield_([named("words", arith.ori(rows.inner_iter_args[0], shifted))])
        return rows.results[0]

    def _rows(
        self, packed: ir.Value, row: ir.Value, piece: tuple[ir.Value, ir.Value], columns: tuple[ir.Value, ...], correction: ir.Value | None
    ) -> None:
        """Some rows of C; where fewer are left, the last is computed more than once, from the same sums."""
        first, size = piece
        column, lanes, so_far = columns
        last = arith.subi(self.rows, index(1))
        rows = [row]
        for n in range(1, self.height):
            rows.append(named(f"row{n}", arith.minsi(arith.addi(rows[-1], index(1)), last)))
        places = [self._position(self.product.result, r, column) for r in rows]
        target = self.product.result.buffer
        sums = [vector.maskedload(self.sums, target, [p], so_far, splat(self.sums, 0)) for p in places]
        if correction is not None:
            sums = [arith.subi(total, correction) for total in sums]
        sums = [named(f"sum{n}", total) for n, total in enumerate(sums)]
        starts = [self._position(self.product.left, r, first) for r in rows]
        whole = named("whole", arith.muli(arith.divsi(size, index(self.group)), index(self.group)))
        sums = self._dots(packed, starts, (index(0), whole), sums, None)
        sums = self._dots(packed, starts, (whole, size), sums, named("rest", first_lanes(arith.subi(size, whole), self.group)))
        for place, total in zip(places, sums, strict=True):
            vector.maskedstore(target, [place], lanes, total)

    def _dots(
        self, packed: ir.Value, starts: list[ir.Value], span: tuple[ir.Value, ir.Value], sums: list[ir.Value], live: ir.Value | None
    ) -> list[ir.Value]:
        """The sums after the words of a span of the depth; `live` masks the elements of a word, in the rest."""
        loop = counted_loop("k", *span, index(self.group), sums)
        with ir.InsertionPoint(loop.body):
            at = loop.induction_variable
            b = named("b", vector.load(self.sums, packed, [arith.muli(at, index(self.spread))]))
            b = vector.bitcast(self.bytes, b)
            words = [self._word(f"a{n}", arith.addi(start, at), live) for n, start in enumerate(starts)]
            scf.yield_([named(f"sum{n}", dot(loop.inner_iter_args[n], a, b)) for n, a in enumerate(words)])
        return list(loop.results)

    def _word(self, name: str, position: ir.Value, live: ir.Value | None) -> ir.Value:
        """A word of A in every lane, as the instruction wants it."""
        buffer = self.product.left.buffer
        if live is None:
            word = vector.load(self.word, buffer, [position])
        else:
            word = vector.maskedload(self.word, buffer, [position], live, splat(self.word, 0))
        spread = vector.shuffle(named(name, word), word, [*range(self.group)] * COLUMNS)
        return flipped(spread) if self.bits == 8 else spread

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)


def counted_loop(name: str, lower: ir.Value, upper: ir.Value, step: ir.Value, starts: Sequence[ir.Value] = ()) -> scf.ForOp:
    """A counted loop whose variable has a name."""
    with ir.Location.name(name, ir.Location.current):
        return scf.ForOp(lower, upper, step, list(starts))
