"""simt-wide-products: a float product whose extents are multiples of a tile goes through shared memory four elements at a time.

    forall (row, col) by (4 rows down, 64 across) {     // a block of rows x 2 x 8 threads
      for k0 by 32 {
        left[r, c .. c + 3] = A[row + r, k0 + c ..];  right alike
        forall (z, y, x) { acc[.., g, i, h, j] += left[4 rows g + 4 z + i, k] * right[k, 64 h + 32 y + 4 x + j] }
      }
      forall (z, y, x) { C[row + 4 rows g + 4 z + i, col + 64 h + 32 y + 4 x + j] = acc[.., g, i, h, j] }
    }

A thread has down x across groups of 4 x 4 sums in registers: threads of a warp then read neighbouring elements of shared memory,
in different banks. With two stages and more, asynchronous copies fill left and right while the threads multiply (rings.py). The
nest before it is kept for all other extents (whole.py). Sums run in the source's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.simt.block_code import LARGEST_SHARED_BYTES
from xpiler.lowering.simt.schedule.rings import Ring
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, contract, zero
from xpiler.lowering.simt.schedule.whole import WIDE, Tile, WholeProduct, split_whole
from xpiler.passes import Pass, refuse
from xpiler.transforms.rewriting import functions, index

COLUMN_PAIRS, PIECES = 2, 8  # threads of a block along columns, in two dimensions
LANES = 4  # elements along a side of a group
DEPTH = PIECES * LANES
FLOAT_BYTES = 4
PADDING = 4  # elements behind a row of the left tile: neighbouring rows lie in other banks


@dataclass(frozen=True)
class SimtWideProductsPass(Pass):
    """Puts a nest for whole tiles before every nest that is a product of float matrices."""

    name = "simt-wide-products"
    rows: int = 16
    down: int = 2
    across: int = 2
    stages: int = 1
    unroll: int = 1

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        known = self.rows in (8, 16, 32) and all(groups in (1, 2, 4) for groups in (self.down, self.across))
        if not known or self.rows * self.down < COLUMN_PAIRS * PIECES or self.stages < 1 or self.unroll < 1:
            refuse(
                op,
                "simt-wide-products: rows is 8, 16 or 32, down and across 1, 2 or 4, rows * down at least 16, stages and unroll at least 1",
            )
        if self.shared_bytes > LARGEST_SHARED_BYTES:
            refuse(op, f"simt-wide-products: tiles of {self.shared_bytes} bytes, and a block has {LARGEST_SHARED_BYTES} of shared memory")
        for function in functions(op):
            forms = IndexForms()
            for loop in [op for op in walk(function) if op.name == "scf.forall" and op.parent.operation == function]:
                product = matrix_product(loop, forms)
                if product is not None and _is_float(product):
                    split_whole(product, forms, self.tile, lambda whole: _Block(whole, self).emit())

    @property
    def tile(self) -> Tile:
        """The block's part of a product."""
        return Tile(self.rows * LANES * self.down, COLUMN_PAIRS * PIECES * LANES * self.across, DEPTH)

    @property
    def shared_bytes(self) -> int:
        """Of the tiles of both sides, in all stages."""
        return self.stages * FLOAT_BYTES * (self.tile.rows * (DEPTH + PADDING) + DEPTH * self.tile.columns)


def _is_float(product: MatrixProduct) -> bool:
    kinds = [product.accumulator, *(side.element for side in (product.left, product.right, product.result))]
    return all(str(kind) == "f32" for kind in kinds)


class _Block:
    """The loops over tiles of one product, and what happens in each."""

    def __init__(self, product: WholeProduct, shape: SimtWideProductsPass):
        self.product, self.shape = product, shape
        self.ring = Ring(shape.stages, DEPTH, product.depth)

    def emit(self) -> None:
        """Writes the nest at the current insertion point."""
        element, tile, product, shape = ir.F32Type.get(), self.shape.tile, self.product, self.shape
        with TileLoops.forall({"row": (product.rows, tile.rows), "col": (product.columns, tile.columns)}) as corner:
            left = array("left", [*self.ring.dimension(), tile.rows, DEPTH + PADDING], element, WIDE)
            right = array("right", [*self.ring.dimension(), DEPTH, tile.columns], element, WIDE)
            acc = array("acc", [shape.rows, COLUMN_PAIRS, PIECES, shape.down, LANES, shape.across, LANES], element)
            self._each_sum(lambda own, at: memref.store(zero(element), acc, own))

            def fill(threads: list[ir.Value], k0: ir.Value, stage: list[ir.Value]) -> None:
                self._fill_left(left, stage, [corner[0], k0], threads)
                self._fill_right(right, stage, [k0, corner[1]], threads)

            with self.ring.slices(self._threads, fill) as (_, stage):
                self._multiply(left, right, stage, acc)
            self._each_sum(lambda own, at: product.result.store(memref.load(acc, own), _moved(corner, at)))

    def _fill_left(self, tile: ir.Value, stage: list[ir.Value], corner: list[ir.Value], threads: list[ir.Value]) -> None:
        """Eight pieces are a row: a thread has a row of every `rows * 2`."""
        (z, y, x), rows = threads, self.shape.rows
        with TileLoops.serial("s", self.shape.tile.rows // (rows * COLUMN_PAIRS)) as s:
            r = arith.addi(arith.addi(z, _times(y, rows)), _times(s, rows * COLUMN_PAIRS))
            self._copy(self.product.left, tile, stage, corner, [r, _times(x, LANES)])

    def _fill_right(self, tile: ir.Value, stage: list[ir.Value], corner: list[ir.Value], threads: list[ir.Value]) -> None:
        """Sixteen pieces are a row of a group: a thread has one of every `rows` rows."""
        (z, y, x), rows = threads, self.shape.rows
        with TileLoops.serial("s", DEPTH // rows) as s, TileLoops.serial("h", self.shape.across) as h:
            self._copy(self.product.right, tile, stage, corner, [arith.addi(z, _times(s, rows)), _across(y, x, h)])

    def _copy(self, matrix: Matrix, tile: ir.Value, stage: list[ir.Value], corner: list[ir.Value], at: list[ir.Value]) -> None:
        """Four elements of a row of the matrix, which has them, at row and column from a corner on."""
        self.ring.copy(matrix, _moved(corner, at), tile, [*stage, *at], LANES)

    def _multiply(self, left: ir.Value, right: ir.Value, stage: list[ir.Value], acc: ir.Value) -> None:
        """Where four of the depth or more are written out, the compiler loads four elements of a row of the left tile at once."""
        with self._threads() as threads, TileLoops.serial("k", DEPTH, unroll=self.shape.unroll) as k, self._own_sums() as sums:
            row, column = self._place(threads, sums)
            own = [*threads, *sums]
            a, b = memref.load(left, [*stage, row, k]), memref.load(right, [*stage, k, column])
            memref.store(contract(memref.load(acc, own), a, b, exact=False), acc, own)

    def _each_sum(self, act: Callable[[list[ir.Value], list[ir.Value]], object]) -> None:
        """`act(subscripts in acc, place in the tile)` for each sum of each thread."""
        with self._threads() as threads, self._own_sums() as sums:
            act([*threads, *sums], self._place(threads, sums))

    def _threads(self) -> AbstractContextManager[list[ir.Value]]:
        """The threads of the block, whose shape makes every place in a tile a sum of multiples."""
        return TileLoops.forall({"tz": (self.shape.rows, 1), "ty": (COLUMN_PAIRS, 1), "tx": (PIECES, 1)})

    @contextmanager
    def _own_sums(self) -> Iterator[list[ir.Value]]:
        """Loops over the sums of a thread: group of rows, row in it, group of columns, column in it."""
        with TileLoops.serial("g", self.shape.down) as g, TileLoops.serial("i", LANES) as i:
            with TileLoops.serial("h", self.shape.across) as h, TileLoops.serial("j", LANES) as j:
                yield [g, i, h, j]

    def _place(self, threads: list[ir.Value], sums: list[ir.Value]) -> list[ir.Value]:
        """Where a thread's sum is in the tile."""
        (z, y, x), (g, i, h, j) = threads, sums
        down = arith.addi(_times(g, self.shape.rows * LANES), _times(z, LANES))
        return [arith.addi(down, i), arith.addi(_across(y, x, h), j)]


def _across(y: ir.Value, x: ir.Value, h: ir.Value) -> ir.Value:
    """The first of four columns that a thread has in a group of the tile."""
    within = arith.addi(_times(y, PIECES * LANES), _times(x, LANES))
    return arith.addi(_times(h, COLUMN_PAIRS * PIECES * LANES), within)


def _moved(corner: list[ir.Value], at: list[ir.Value]) -> list[ir.Value]:
    return [arith.addi(start, own) for start, own in zip(corner, at, strict=True)]


def _times(value: ir.Value, factor: int) -> ir.Value:
    return arith.muli(value, index(factor))
