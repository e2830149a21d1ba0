"""simt-transpose: a copy that exchanges rows and columns goes through a tile in shared memory, so that both sides run along rows.

    forall (row, col) by (32, 32) {                     // a block
      forall (y, x) in (8, 32) { tile[y + 8 s, x] = A[row + y + 8 s, col + x] inside the edge, for s in 4 }
      forall (y, x) in (8, 32) { T[col + y + 8 s, row + x] = tile[x, y + 8 s] inside the edge, for s in 4 }
    }

A row of the tile is one element longer than what lies in it: the columns that are read then lie in different banks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir
from mlir.dialects import arith, memref, scf

from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.transposes import Turned, transposing_copy
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, place_in
from xpiler.passes import Pass
from xpiler.transforms.rewriting import functions, index, is_unit_forall

SIDE, STEPS = 32, 4  # of a tile; rows of it that a thread has
STEP = SIDE // STEPS


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
    with TileLoops.forall({"row": (rows, SIDE), "col": (columns, SIDE)}) as (row, column):
        tile = array("tile", [SIDE, SIDE + 1], turned.source.element)
        with _elements() as (y, x):
            place = place_in((row, column), [y, x])
            inside = scf.IfOp(source.within(place, (rows, columns)))
            with ir.InsertionPoint(inside.then_block):
                memref.store(source.load(place), tile, [y, x])
                scf.yield_([])
        with _elements() as (y, x):
            target.store_within(lambda: memref.load(tile, [x, y]), place_in((column, row), [y, x]), (columns, rows))


@contextmanager
def _elements() -> Iterator[tuple[ir.Value, ir.Value]]:
    """Row and column of each element of a tile: rows `STEP` apart are a thread's, neighbouring columns neighbouring threads'."""
    with TileLoops.forall({"ty": (STEP, 1), "tx": (SIDE, 1)}) as (y, x), TileLoops.serial("s", STEPS) as s:
        yield named("r", lambda: arith.addi(y, arith.muli(s, index(STEP)))), x
