"""simt-wide-products: a float product whose extents are multiples of a tile goes through shared memory four elements at a time.

    forall (row, col) by (128, 128) {                   // a block of 16 x 2 x 8 threads
      for k0 by 32 {
        left[r, c .. c + 3] = A[row + r, k0 + c ..];  right alike
        forall (z, y, x) { acc[.., g, i, h, j] += left[64 g + 4 z + i, k] * right[k, 64 h + 32 y + 4 x + j] }
      }
      forall (z, y, x) { C[row + 64 g + 4 z + i, col + 64 h + 32 y + 4 x + j] = acc[.., g, i, h, j] }
    }

A thread has 8 x 8 sums in registers, in groups of 4 x 4: threads of a warp then read neighbouring elements of shared memory,
in different banks. The nest before it is kept for all other extents (whole.py). Sums run in the source's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from mlir import ir
from mlir.dialects import arith, memref, vector

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, contract, named, zero
from xpiler.lowering.simt.schedule.whole import WIDE, Tile, WholeProduct, split_whole
from xpiler.passes import Pass
from xpiler.transforms.rewriting import functions, index

TILE = Tile(128, 128, 32)
ROWS, COLUMN_PAIRS, PIECES = 16, 2, 8  # threads of a block: along rows, and those along columns in two dimensions
HALVES, LANES = 2, 4  # groups of a thread along a side, and what is in one
PADDING = 4  # elements behind a row of the left tile: neighbouring rows lie in other banks


class SimtWideProductsPass(Pass):
    """Puts a nest for whole tiles before every nest that is a product of float matrices."""

    name = "simt-wide-products"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            forms = IndexForms()
            for loop in [op for op in walk(function) if op.name == "scf.forall" and op.parent.operation == function]:
                product = matrix_product(loop, forms)
                if product is not None and _is_float(product):
                    split_whole(product, forms, TILE, _emit)


def _is_float(product: MatrixProduct) -> bool:
    kinds = [product.accumulator, *(side.element for side in (product.left, product.right, product.result))]
    return all(str(kind) == "f32" for kind in kinds)


def _emit(product: WholeProduct) -> None:
    element = ir.F32Type.get()
    with TileLoops.forall({"row": (product.rows, TILE.rows), "col": (product.columns, TILE.columns)}) as (row, column):
        left = array("left", [TILE.rows, TILE.depth + PADDING], element, WIDE)
        right = array("right", [TILE.depth, TILE.columns], element, WIDE)
        acc = array("acc", [ROWS, COLUMN_PAIRS, PIECES, HALVES, LANES, HALVES, LANES], element)
        _each_sum(lambda own, at: memref.store(zero(element), acc, own))
        with TileLoops.serial("k0", product.depth, TILE.depth) as k0:
            _fill_left(left, product.left, [row, k0])
            _fill_right(right, product.right, [k0, column])
            _multiply(left, right, acc)
        _each_sum(lambda own, at: product.result.store(memref.load(acc, own), [arith.addi(row, at[0]), arith.addi(column, at[1])]))


def _fill_left(tile: ir.Value, matrix: Matrix, corner: list[ir.Value]) -> None:
    """Eight pieces are a row: a thread has every 32nd row."""
    with _threads() as (z, y, x), TileLoops.serial("s", TILE.rows // (ROWS * COLUMN_PAIRS)) as s:
        r = arith.addi(arith.addi(z, _times(y, ROWS)), _times(s, ROWS * COLUMN_PAIRS))
        _copy(tile, matrix, corner, r, _times(x, LANES))


def _fill_right(tile: ir.Value, matrix: Matrix, corner: list[ir.Value]) -> None:
    """Thirty-two pieces are a row: a thread has two of every 16th row."""
    with _threads() as (z, y, x), TileLoops.serial("s", TILE.depth // ROWS) as s, TileLoops.serial("h", HALVES) as h:
        _copy(tile, matrix, corner, arith.addi(z, _times(s, ROWS)), _across(y, x, h))


def _copy(tile: ir.Value, matrix: Matrix, corner: list[ir.Value], r: ir.Value, c: ir.Value) -> None:
    """Four elements of a row of the matrix, which has them, at row and column from a corner on."""
    value = named("value", lambda: matrix.load_wide([arith.addi(corner[0], r), arith.addi(corner[1], c)], LANES))
    vector.store(value, tile, [r, c])


def _multiply(left: ir.Value, right: ir.Value, acc: ir.Value) -> None:
    with _threads() as threads, TileLoops.serial("k", TILE.depth) as k, _own_sums() as sums:
        row, column = _place(threads, sums)
        own = [*threads, *sums]
        a, b = memref.load(left, [row, k]), memref.load(right, [k, column])
        memref.store(contract(memref.load(acc, own), a, b, exact=False), acc, own)


def _each_sum(act: Callable[[list[ir.Value], list[ir.Value]], object]) -> None:
    """`act(subscripts in acc, place in the tile)` for each sum of each thread."""
    with _threads() as threads, _own_sums() as sums:
        act([*threads, *sums], _place(threads, sums))


def _threads() -> AbstractContextManager[list[ir.Value]]:
    """The threads of the block, whose shape makes every place in a tile a sum of multiples."""
    return TileLoops.forall({"tz": (ROWS, 1), "ty": (COLUMN_PAIRS, 1), "tx": (PIECES, 1)})


@contextmanager
def _own_sums() -> Iterator[list[ir.Value]]:
    """Loops over the sums of a thread: group of rows, row in it, group of columns, column in it."""
    with TileLoops.serial("g", HALVES) as g, TileLoops.serial("i", LANES) as i, TileLoops.serial("h", HALVES) as h:
        with TileLoops.serial("j", LANES) as j:
            yield [g, i, h, j]


def _place(threads: list[ir.Value], sums: list[ir.Value]) -> list[ir.Value]:
    """Where a thread's sum is in the tile."""
    (z, y, x), (g, i, h, j) = threads, sums
    down = arith.addi(_times(g, TILE.rows // HALVES), _times(z, LANES))
    return [arith.addi(down, i), arith.addi(_across(y, x, h), j)]


def _across(y: ir.Value, x: ir.Value, h: ir.Value) -> ir.Value:
    """The first of four columns that a thread has in a half of the tile."""
    within = arith.addi(_times(y, PIECES * LANES), _times(x, LANES))
    return arith.addi(_times(h, TILE.columns // HALVES), within)


def _times(value: ir.Value, factor: int) -> ir.Value:
    return arith.muli(value, index(factor))
