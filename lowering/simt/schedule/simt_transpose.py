"""simt-transpose: a copy that exchanges rows and columns goes through a tile in shared memory, so that both sides run along rows.

    forall (far, near, row) in (., 65535, rows by 64) {  // a block, of the tile that is number 65535 far + near across
      forall (y, x) in (8, 32) { tile[y + 8 s, x] = A[row + y + 8 s, col + x] inside the edge, for s in 8 }
      forall (y, x) in (8, 32) { T[col + y + 8 s, row + x + 32 h] = tile[x + 32 h, y + 8 s] inside the edge, for s in 4, h in 2 }
    }

A row of the tile is one element longer than what lies in it: the columns that are read then lie in different banks. Tiles are twice as
high as wide, so that more loads are under way at once. Tiles down go along the grid's x, as blocks that run together then write
neighbouring parts of rows; tiles across go along y and, beyond the 65535 that it takes, z: with a loop over them, compilers
compute a tile's products of subscripts before its first load, for a fifth of the bandwidth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.transposes import Turned, transposing_copy
from xpiler.lowering.index_arithmetic import add, as_i32, integer, mul, to_index
from xpiler.lowering.simt.flat_nest import LARGEST_GRID_YZ
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, place_in
from xpiler.passes import Pass
from xpiler.transforms.rewriting import as_value, functions, index, is_unit_forall

HEIGHT, WIDTH = 64, 32  # of a tile
_LESS = 2
DEPTH = 8  # rows of the block's threads, each of which is as long as a tile is wide


class SimtTransposePass(Pass):
    """Rewrites every transposing copy."""

    name = "simt-transpose"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            forms = IndexForms()
            for loop in [op for op in walk(function) if is_unit_forall(op) and op.parent.operation == function]:
                turned = transposing_copy(loop, forms)
                if turned is not None:
                    with ir.InsertionPoint(loop), loop.location:
                        _emit(turned, forms)
                    loop.erase()


def _emit(turned: Turned, forms: IndexForms) -> None:
    source, target = Matrix.of(turned.source, forms), Matrix.of(turned.target, forms)
    rows, columns = Matrix.size(turned.rows, forms), Matrix.size(turned.columns, forms)
    with _tiles(rows, columns) as (row, column):
        tile = array("tile", [HEIGHT, WIDTH + 1], turned.source.element)
        with _threads() as (ty, tx), TileLoops.serial("s", HEIGHT // DEPTH) as s:
            at = [_further(ty, s, DEPTH), tx]
            place = place_in((row, column), at)
            inside = scf.IfOp(source.within(place, (rows, columns)))
            with ir.InsertionPoint(inside.then_block):
                memref.store(source.load(place), tile, at)
                scf.yield_([])
        with _threads() as (ty, tx), TileLoops.serial("s", WIDTH // DEPTH) as s, TileLoops.serial("h", HEIGHT // WIDTH) as h:
            y, x = _further(ty, s, DEPTH), _further(tx, h, WIDTH)
            target.store_within(_loader(tile, x, y), place_in((column, row), [y, x]), (columns, rows))


@contextmanager
def _tiles(rows: ir.Value | int, columns: ir.Value | int) -> Iterator[tuple[ir.Value, ir.Value]]:
    """The first row and column of each tile."""
    if isinstance(columns, int) and columns <= LARGEST_GRID_YZ * WIDTH:
        with TileLoops.forall({"col": (columns, WIDTH), "row": (rows, HEIGHT)}) as (column, row):
            yield row, column
        return
    tiles = named("tiles", lambda: _quotient(as_value(columns), WIDTH))
    near = arith.minsi(tiles, index(LARGEST_GRID_YZ))
    with TileLoops.forall({"far": (_quotient(tiles, LARGEST_GRID_YZ), 1), "near": (near, 1), "row": (rows, HEIGHT)}) as (z, y, row):
        before = mul(as_i32(z), integer(LARGEST_GRID_YZ))
        across = named("across", lambda: add(before, as_i32(y)))
        is_one = scf.IfOp(arith.CmpIOp(_LESS, to_index(across), tiles).result)
        with ir.InsertionPoint(is_one.then_block):
            yield row, named("col", lambda: arith.muli(to_index(across), index(WIDTH)))
            scf.yield_([])


def _quotient(number: ir.Value, by: int) -> ir.Value:
    """How many parts of a length there are, the last of which may be shorter."""
    return arith.divsi(arith.addi(number, index(by - 1)), index(by))


def _threads() -> AbstractContextManager[list[ir.Value]]:
    """The threads of a block, neighbours along rows."""
    return TileLoops.forall({"ty": (DEPTH, 1), "tx": (WIDTH, 1)})


def _further(first: ir.Value, number: ir.Value, by: int) -> ir.Value:
    """The row or column of the tile that is a thread's after some steps."""
    return arith.addi(first, arith.muli(number, index(by)))


def _loader(tile: ir.Value, row: ir.Value, column: ir.Value) -> Callable[[], ir.Value]:
    return lambda: memref.load(tile, [row, column])
