"""cuda-wide-fragments: products on tensor cores whose extents are multiples of a tile, fed sixteen bytes at a time.

A block of four warps owns 128 x 128 elements of C, a warp 64 x 64 of them in sixteen accumulators. Slices of A and B come through
shared memory while the slice before is multiplied (fragment_feeds.py): halves by asynchronous copies, bytes by way of registers.

    for k0 by depth { acc += left[k0] * right[k0], sixteen of the depth at a time }

The nest before it is kept for all other extents (whole.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.dialects.words import enum
from xpiler.lowering.simt.schedule.fragment_feeds import SIDE, Feed, RegisterFeed, RingFeed, Slices
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, zero
from xpiler.lowering.simt.schedule.whole import Tile, WholeProduct, split_whole
from xpiler.passes import Pass
from xpiler.transforms.rewriting import functions, index

LANES, ACROSS = 32, 4  # of a warp; fragments along a side of a warp's part
WARPS, WARP_COLUMNS = 4, 2  # of a block
THREADS, PART = WARPS * LANES, SIDE * ACROSS


@dataclass(frozen=True)
class Kind:
    """Elements of the operands and of the sums, how deep a slice is; the tiles of a ring (one: none); whether a tile lies in panels, and
    what stands behind a row."""

    element: str
    total: str
    depth: int
    stages: int
    in_panels: bool
    padding: int

    @property
    def tile(self) -> Tile:
        """The block's part of a product."""
        return Tile(PART * WARPS // WARP_COLUMNS, PART * WARP_COLUMNS, self.depth)


KINDS = (Kind("f16", "f32", 32, 2, False, 8), Kind("bf16", "f32", 32, 2, False, 8), Kind("i8", "i32", 64, 1, True, 0))


class CudaWideFragmentsPass(Pass):
    """Puts a nest for whole tiles before every nest that is a product tensor cores have."""

    name = "cuda-wide-fragments"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            forms = IndexForms()
            for loop in [op for op in walk(function) if op.name == "scf.forall" and op.parent.operation == function]:
                product = matrix_product(loop, forms)
                kind = _kind(product) if product is not None else None
                if kind is not None:
                    split_whole(product, forms, kind.tile, lambda whole, kind=kind: _Tiles(whole, kind).emit())


def _kind(product: MatrixProduct) -> Kind | None:
    operands = {str(side.element) for side in (product.left, product.right)}
    totals = {str(product.accumulator), str(product.result.element)}
    return next((kind for kind in KINDS if operands == {kind.element} and totals == {kind.total}), None)


@dataclass
class _Tiles:
    """The loops over tiles of one product, and what happens in each."""

    product: WholeProduct
    kind: Kind

    def emit(self) -> None:
        tile = self.kind.tile
        with TileLoops.forall({"row": (self.product.rows, tile.rows), "col": (self.product.columns, tile.columns)}) as (row, column):
            left = self._slices(self.product.left, tile.rows, tile.depth)
            right = self._slices(self.product.right, tile.depth, tile.columns)
            operands = (left, right, (row, column), self.product.depth)
            feed = RingFeed(*operands, self.kind.stages) if self.kind.stages > 1 else RegisterFeed(*operands)
            acc = array("acc", [THREADS, ACROSS, ACROSS], self._fragment("acc"))
            self._clear(feed, acc)
            with feed.slices() as (_, stage):
                self._multiply(feed, stage, acc)
            self._leave(feed, acc, row, column)

    def _slices(self, matrix: Matrix, rows: int, columns: int) -> Slices:
        return Slices(matrix, rows, columns, self.kind.in_panels, self.kind.padding, THREADS)

    def _clear(self, feed: Feed, acc: ir.Value) -> None:
        start = zero(ir.Type.parse(self.kind.total))
        with feed.threads() as thread, TileLoops.serial("i", ACROSS) as i, TileLoops.serial("j", ACROSS) as j:
            memref.store(_create("fill", self._fragment("acc"), [start]), acc, [thread, i, j])

    def _multiply(self, feed: Feed, stage: list[ir.Value], acc: ir.Value) -> None:
        left, right = feed.tiles
        with feed.threads() as thread, TileLoops.serial("p", self.kind.depth // SIDE) as p:
            row, column = _part(thread)
            a = array("a", [ACROSS], self._fragment("a"))
            with TileLoops.serial("i", ACROSS) as i:
                corner = arith.addi(row, arith.muli(i, index(SIDE)))
                part = named("part", lambda: self._load("a", left, [*stage, *feed.left.fragment_place(corner, p)]))
                memref.store(part, a, [i])
            with TileLoops.serial("j", ACROSS) as j:
                number = arith.addi(arith.divui(column, index(SIDE)), j)
                place = [*stage, *feed.right.fragment_place(arith.muli(p, index(SIDE)), number)]
                b = named("b", lambda: self._load("b", right, place))
                with TileLoops.serial("i", ACROSS) as i:
                    own = [thread, i, j]
                    total = _create("mma", self._fragment("acc"), [memref.load(a, [i]), b, memref.load(acc, own)])
                    memref.store(total, acc, own)

    def _leave(self, feed: Feed, acc: ir.Value, row: ir.Value, column: ir.Value) -> None:
        """The accumulators to memory."""
        result = self.product.result
        line = arith.index_cast(ir.IntegerType.get_signless(32), result.row_stride)
        with feed.threads() as thread, TileLoops.serial("i", ACROSS) as i, TileLoops.serial("j", ACROSS) as j:
            own_row, own_column = _part(thread)
            y = arith.addi(arith.addi(row, own_row), arith.muli(i, index(SIDE)))
            x = arith.addi(arith.addi(column, own_column), arith.muli(j, index(SIDE)))
            operands = [memref.load(acc, [thread, i, j]), result.buffer, result.subscript([y, x]), line]
            ir.Operation.create("cuda.fragment_store", operands=operands, attributes={"layout": enum("cuda", "layout", "row")})

    def _load(self, role: str, tile: ir.Value, place: list[ir.Value]) -> ir.Value:
        """A fragment of a tile."""
        shape = ir.MemRefType(tile.type).shape
        return _create("load", self._fragment(role), [tile, *place, _i32(shape[len(shape) - 1])])

    def _fragment(self, role: str) -> ir.Type:
        element, layout = (self.kind.total, "") if role == "acc" else (self.kind.element, ", row")
        return ir.Type.parse(f"!cuda.fragment<{role}, {SIDE}x{SIDE}x{SIDE}, {element}{layout}>")


def _part(thread: ir.Value) -> tuple[ir.Value, ir.Value]:
    """The first row and column of the tile that the thread's warp has."""
    warp = named("warp", lambda: arith.divui(thread, index(LANES)))
    row = named("warp_row", lambda: arith.muli(arith.divui(warp, index(WARP_COLUMNS)), index(PART)))
    return row, named("warp_col", lambda: arith.muli(arith.remui(warp, index(WARP_COLUMNS)), index(PART)))


def _create(name: str, result: ir.Type, operands: list[ir.Value]) -> ir.Value:
    return ir.Operation.create(f"cuda.fragment_{name}", results=[result], operands=operands).result


def _i32(number: int) -> ir.Value:
    return arith.constant(ir.IntegerType.get_signless(32), number)
