"""simt-wide-products: a float product whose extents are multiples of a tile goes through shared memory four elements at a time.

    forall (row, col) by (128, 128) {                   // a block of 256 threads
      for k0 by 32 {
        left[r, c .. c + 3] = A[row + r, k0 + c ..];  right alike
        forall (ty, tx) in (16, 16) { acc[ty, tx, g, i, h, j] += left[64 g + 4 ty + i, k] * right[k, 64 h + 4 tx + j] }
      }
      forall (ty, tx) { C[row + 64 g + 4 ty + i, col + 64 h + 4 tx + j] = acc[ty, tx, g, i, h, j] }
    }

A thread has 8 x 8 sums in registers, in groups of 4 x 4: threads of a warp then read neighbouring elements of shared memory,
in different banks. The nest before it is kept for all other extents (whole.py). Sums run in the source's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
SIDE, HALVES, LANES = 16, 2, 4  # threads along a side; groups of a thread along a side, and what is in one
THREADS = SIDE * SIDE
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
        acc = array("acc", [SIDE, SIDE, HALVES, LANES, HALVES, LANES], element)
        _each_sum(lambda own, at: memref.store(zero(element), acc, own))
        with TileLoops.serial("k0", product.depth, TILE.depth) as k0:
            fill_wide(left, product.left, [row, k0], (TILE.rows, TILE.depth))
            fill_wide(right, product.right, [k0, column], (TILE.depth, TILE.columns))
            _multiply(left, right, acc)
        _each_sum(lambda own, at: product.result.store(memref.load(acc, own), [_plus(row, at[0]), _plus(column, at[1])]))


def fill_wide(tile: ir.Value, matrix: Matrix, corner: list[ir.Value], shape: tuple[int, int]) -> None:
    """The block's threads copy `shape` elements from a corner of a matrix on, all of which it has, four at a time."""
    pieces = shape[1] // LANES  # of a row
    with TileLoops.forall({"t": (THREADS, 1)}) as (thread,), TileLoops.serial("s", shape[0] * pieces // THREADS) as s:
        r = named("r", lambda: _plus(arith.divui(thread, index(pieces)), arith.muli(s, index(THREADS // pieces))))
        c = named("c", lambda: arith.muli(arith.remui(thread, index(pieces)), index(LANES)))
        value = named("value", lambda: matrix.load_wide([_plus(corner[0], r), _plus(corner[1], c)], LANES))
        vector.store(value, tile, [r, c])


def _multiply(left: ir.Value, right: ir.Value, acc: ir.Value) -> None:
    with TileLoops.forall({"ty": (SIDE, 1), "tx": (SIDE, 1)}) as (y, x), TileLoops.serial("k", TILE.depth) as k, _own_sums() as sums:
        row, column = _place(y, x, sums)
        own = [y, x, *sums]
        a, b = memref.load(left, [row, k]), memref.load(right, [k, column])
        memref.store(contract(memref.load(acc, own), a, b, exact=False), acc, own)


def _each_sum(act: Callable[[list[ir.Value], list[ir.Value]], object]) -> None:
    """`act(subscripts in acc, place in the tile)` for each sum of each thread."""
    with TileLoops.forall({"ty": (SIDE, 1), "tx": (SIDE, 1)}) as (y, x), _own_sums() as sums:
        act([y, x, *sums], _place(y, x, sums))


@contextmanager
def _own_sums() -> Iterator[list[ir.Value]]:
    """Loops over the sums of a thread: group of rows, row in it, group of columns, column in it."""
    with TileLoops.serial("g", HALVES) as g, TileLoops.serial("i", LANES) as i, TileLoops.serial("h", HALVES) as h:
        with TileLoops.serial("j", LANES) as j:
            yield [g, i, h, j]


def _place(y: ir.Value, x: ir.Value, sums: list[ir.Value]) -> list[ir.Value]:
    """Where a thread's sum is in the tile."""
    g, i, h, j = sums
    down = arith.addi(arith.muli(g, index(TILE.rows // HALVES)), arith.muli(y, index(LANES)))
    across = arith.addi(arith.muli(h, index(TILE.columns // HALVES)), arith.muli(x, index(LANES)))
    return [_plus(down, i), _plus(across, j)]


def _plus(a: ir.Value, b: ir.Value) -> ir.Value:
    return arith.addi(a, b)
