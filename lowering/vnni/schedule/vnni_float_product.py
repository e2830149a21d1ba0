"""vnni-float-product: a product of float matrices, some rows of C by some registers of columns at a time (8 by 3 by default).

    forall columns j, by 48: pack B[.., j .. j + 47]; for rows i, by 8: sums[8][48]; for k: sums[r][c] += A[i + r, k] * packed[k][c]

`packed=false` leaves B where it is and shares the rows among threads: nothing is written twice, and where few rows meet a B that the first
cache holds it may be faster. Every register of B that is loaded meets all rows of a tile, each element of A all its columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import MatrixProduct, Operand, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.diagnostics import PassFailed
from xpiler.lowering.vnni.schedule.dot_steps import named
from xpiler.lowering.vnni.schedule.packed_float_product import PackedFloatProduct
from xpiler.lowering.vnni.schedule.tile_loops import at_most
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import functions, index, note_noalias
from xpiler.transforms.vectors.lane_masks import first_lanes
from xpiler.transforms.vectors.lane_values import splat

LANES = 16
FEWEST_ROWS = 4  # that tiles pay for


@dataclass(frozen=True)
class VnniFloatProductPass(Pass):
    """Rewrites every nest that is a product of float matrices with float sums."""

    name = "vnni-float-product"
    tunables: ClassVar = {"rows": (8, 1, 2, 4, 6, 12), "registers": (3, 1, 2, 4), "packed": (True, False)}
    alternatives: ClassVar = (("xpiler.unroll", {"packed": False, "rows": 4, "registers": 2}),)
    rows: int = 8
    registers: int = 3
    packed: bool = True  # columns of B are packed once for all rows (packed_float_product)

    def __post_init__(self) -> None:
        if min(self.rows, self.registers) < 1:
            raise PassFailed("pass 'vnni-float-product': rows and registers are at least 1")

    def memory_bytes(self, element_bytes: int) -> dict[str, int]:
        """Sums, the registers of B, and one of A."""
        return {"registers": (self.rows * self.registers + self.registers + 1) * 4 * LANES}

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_rewrite(loop, self) for loop in list(walk(function))):
                pass


def _rewrite(loop: ir.Operation, shape: VnniFloatProductPass) -> bool:
    forms = IndexForms()
    product = matrix_product(loop, forms) if loop.name == "scf.forall" else None
    if product is None or {str(k) for k in (product.left.element, product.right.element, product.result.element)} != {"f32"}:
        return False
    if any(n.as_int() is not None and n.as_int() < least for n, least in ((product.rows, FEWEST_ROWS), (product.columns, LANES))):
        return False
    with ir.InsertionPoint(loop), loop.location:
        tiles = PackedFloatProduct if shape.packed else _Tiles
        tiles(product, forms, at_most(shape.rows, product.rows), at_most(shape.registers, product.columns, LANES)).emit()
    note_noalias(loop)
    loop.erase()
    return True


@dataclass
class _Tiles:
    """The loops over tiles of one product."""

    product: MatrixProduct
    forms: IndexForms
    height: int  # rows of C
    registers: int  # of 16 columns

    def emit(self) -> None:
        """Tiles of rows are independent."""
        rows, columns, self.depth = (self._value(n) for n in (self.product.rows, self.product.columns, self.product.depth))
        with ir.Location.name("row", ir.Location.current):
            outer = scf.ForallOp([0], [rows], [self.height])
        with ir.InsertionPoint(outer.body):
            tile = [outer.induction_variables[0]]
            last = arith.subi(rows, index(1))
            for n in range(1, self.height):
                tile.append(named(f"row{n}", arith.minsi(arith.addi(tile[0], index(n)), last)))
            with ir.Location.name("column", ir.Location.current):
                inner = scf.ForOp(index(0), columns, index(self.registers * LANES))
            with ir.InsertionPoint(inner.body):
                left = arith.minsi(arith.subi(columns, inner.induction_variable), index(self.registers * LANES))
                self._tile(tile, inner.induction_variable, named("left", left))
                scf.yield_([])
            scf.InParallelOp()

    def _tile(self, rows: list[ir.Value], column: ir.Value, left: ir.Value) -> None:
        """The sums of a tile; where fewer rows are left, the last is computed and stored more than once."""
        kind = ir.VectorType.get([LANES], self.product.accumulator)
        columns = [arith.addi(column, index(LANES * n)) if n else column for n in range(self.registers)]
        masks = [named(f"lanes{n}", self._lanes(left, n)) for n in range(self.registers)]
        with ir.Location.name("k", ir.Location.current):
            loop = scf.ForOp(index(0), self.depth, index(1), [splat(kind, 0)] * (self.height * self.registers))
        with ir.InsertionPoint(loop.body):
            k = loop.induction_variable
            b = [self._loaded(kind, f"b{n}", k, c, mask) for n, (c, mask) in enumerate(zip(columns, masks, strict=True))]
            left_matrix, sums = self.product.left, []
            for r, row in enumerate(rows):
                a = named(f"a{r}", vector.broadcast(kind, memref.load(left_matrix.buffer, [self._position(left_matrix, row, k)])))
                for n in range(self.registers):
                    at = r * self.registers + n
                    sums.append(named(f"sum{r}{n}", arith.addf(loop.inner_iter_args[at], arith.mulf(a, b[n]))))
            scf.yield_(sums)
        result = self.product.result
        for at, total in enumerate(loop.results):
            position = self._position(result, rows[at // self.registers], columns[at % self.registers])
            vector.maskedstore(result.buffer, [position], masks[at % self.registers], total)

    def _lanes(self, left: ir.Value, register: int) -> ir.Value:
        """The columns of a register that there are."""
        rest = arith.maxsi(arith.subi(left, index(LANES * register)), index(0)) if register else left
        return first_lanes(arith.minsi(rest, index(LANES)) if register + 1 < self.registers else rest, LANES)

    def _loaded(self, kind: ir.VectorType, name: str, row: ir.Value, column: ir.Value, mask: ir.Value) -> ir.Value:
        right = self.product.right
        return named(name, vector.maskedload(kind, right.buffer, [self._position(right, row, column)], mask, splat(kind, 0)))

    def _position(self, matrix: Operand, row: ir.Value, column: ir.Value) -> ir.Value:
        """The subscript of an element; its columns follow one another."""
        offset = arith.addi(arith.muli(row, self._value(matrix.row_stride)), column)
        return arith.addi(self._value(matrix.start), offset) if matrix.start.terms else offset

    def _value(self, poly: Poly) -> ir.Value:
        return materialize(poly, self.forms.ranges.nonneg)
