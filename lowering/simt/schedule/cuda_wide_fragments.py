"""cuda-wide-fragments: products on tensor cores whose extents are multiples of a tile, fed sixteen bytes at a time.

A block of four warps owns 128 x 128 elements of C, a warp 64 x 64 of them in sixteen accumulators. A slice of A and B lies in
shared memory so that rows of a fragment lie in different banks and it starts at a multiple of 32 bytes: halves in rows with
something behind, bytes in panels sixteen columns wide. While the warps multiply a slice, the next one is on its way to registers:

    next = the first slice
    for k0 by depth {
      left, right = next
      if there is one, next = the slice after this one
      acc += left * right, sixteen of the depth at a time
    }

The nest before it is kept for all other extents (whole.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.dialects.words import enum
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, zero
from xpiler.lowering.simt.schedule.whole import WIDE, Tile, WholeProduct, split_whole
from xpiler.passes import Pass
from xpiler.transforms.rewriting import as_value, functions, index

SIDE, LANES, ACROSS = 16, 32, 4  # of a fragment; lanes of a warp; fragments along a side of a warp's part
WARPS, WARP_COLUMNS = 4, 2  # of a block
THREADS, PART = WARPS * LANES, SIDE * ACROSS
ALIGNMENT, BANKS = 32, 128  # bytes: of what a fragment is read from; of one access of a warp to all banks
_SLT = 2


@dataclass(frozen=True)
class Kind:
    """Elements of the operands and of the sums, how deep a slice is; whether it lies in panels, and what stands behind a row."""

    element: str
    total: str
    depth: int
    in_panels: bool
    padding: int

    @property
    def tile(self) -> Tile:
        """The block's part of a product."""
        return Tile(PART * WARPS // WARP_COLUMNS, PART * WARP_COLUMNS, self.depth)


KINDS = (Kind("f16", "f32", 32, False, 8), Kind("bf16", "f32", 32, False, 8), Kind("i8", "i32", 64, True, 0))


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
class _Side:
    """An operand on its way through a block: its matrix, the tile in panels, and each thread's share of the next slice."""

    matrix: Matrix
    shape: tuple[int, int]
    lanes: int
    tile: ir.Value
    coming: ir.Value

    @staticmethod
    def of(name: str, matrix: Matrix, shape: tuple[int, int], kind: Kind) -> _Side:
        """The operand of that name, `shape` elements of it at a time."""
        element = ir.MemRefType(matrix.buffer.type).element_type
        lanes = WIDE * 8 // element.width
        line = (SIDE if kind.in_panels else shape[1]) + kind.padding
        panels = [shape[1] // SIDE, shape[0] + _spare_rows(shape[0], line * element.width // 8)]
        tile = array(name, [*(panels if kind.in_panels else shape[:1]), line], element, ALIGNMENT)
        coming = array(f"next_{name}", [THREADS, shape[0] * shape[1] // lanes // THREADS, lanes], element, WIDE)
        return _Side(matrix, shape, lanes, tile, coming)

    def fetch(self, thread: ir.Value, corner: list[ir.Value]) -> None:
        """The thread's share of the slice at `corner`, to its registers."""
        with TileLoops.serial("s", self._pieces()) as s:
            place = [arith.addi(start, own) for start, own in zip(corner, self._place(thread, s), strict=True)]
            value = named("value", lambda: self.matrix.load_wide(place, self.lanes))
            vector.store(value, self.coming, [thread, s, index(0)])

    def put(self, thread: ir.Value) -> None:
        """The thread's share of the slice, from its registers to the tile."""
        with TileLoops.serial("s", self._pieces()) as s:
            row, column = self._place(thread, s)
            kind = ir.VectorType.get([self.lanes], ir.MemRefType(self.coming.type).element_type)
            value = named("value", lambda: vector.load(kind, self.coming, [thread, s, index(0)]))
            vector.store(value, self.tile, self._at(row, column))

    def fragment(self, kind: ir.Type, row: ir.Value, number: ir.Value) -> ir.Value:
        """The fragment that begins at a row of the tile and at a multiple of its own columns."""
        type_ = ir.MemRefType(self.tile.type)
        place = [row, arith.muli(number, index(SIDE))] if type_.rank == 2 else [number, row, index(0)]
        return _create("load", kind, [self.tile, *place, _i32(type_.shape[type_.rank - 1])])

    def _at(self, row: ir.Value, column: ir.Value) -> list[ir.Value]:
        """Where an element of the tile is."""
        if ir.MemRefType(self.tile.type).rank == 2:
            return [row, column]
        return [arith.divui(column, index(SIDE)), row, arith.remui(column, index(SIDE))]

    def _pieces(self) -> int:
        return ir.MemRefType(self.coming.type).shape[1]

    def _place(self, thread: ir.Value, s: ir.Value) -> list[ir.Value]:
        """Row and column of a piece in the tile: neighbouring threads have neighbouring pieces of a row."""
        pieces = self.shape[1] // self.lanes
        r = named("r", lambda: arith.addi(arith.divui(thread, index(pieces)), arith.muli(s, index(THREADS // pieces))))
        return [r, named("c", lambda: arith.muli(arith.remui(thread, index(pieces)), index(self.lanes)))]


@dataclass
class _Tiles:
    """The loops over tiles of one product, and what happens in each."""

    product: WholeProduct
    kind: Kind

    def emit(self) -> None:
        tile = self.kind.tile
        with TileLoops.forall({"row": (self.product.rows, tile.rows), "col": (self.product.columns, tile.columns)}) as (row, column):
            left = _Side.of("left", self.product.left, (tile.rows, tile.depth), self.kind)
            right = _Side.of("right", self.product.right, (tile.depth, tile.columns), self.kind)
            acc = array("acc", [THREADS, ACROSS, ACROSS], self._fragment("acc"))
            self._begin(acc, left, right, row, column)
            with TileLoops.serial("k0", self.product.depth, tile.depth) as k0:
                with _threads() as thread:
                    left.put(thread)
                    right.put(thread)
                self._fetch_after(k0, left, right, row, column)
                self._multiply(left, right, acc)
            self._leave(acc, row, column)

    def _begin(self, acc: ir.Value, left: _Side, right: _Side, row: ir.Value, column: ir.Value) -> None:
        start = zero(ir.Type.parse(self.kind.total))
        with _threads() as thread, TileLoops.serial("i", ACROSS) as i, TileLoops.serial("j", ACROSS) as j:
            memref.store(_create("fill", self._fragment("acc"), [start]), acc, [thread, i, j])
        with _threads() as thread:
            left.fetch(thread, [row, index(0)])
            right.fetch(thread, [index(0), column])

    def _fetch_after(self, k0: ir.Value, left: _Side, right: _Side, row: ir.Value, column: ir.Value) -> None:
        """The slice after the one at `k0`, where there is one."""
        with _threads() as thread:
            after = arith.addi(k0, index(self.kind.depth))
            choice = scf.IfOp(arith.CmpIOp(_SLT, after, as_value(self.product.depth)).result)
            with ir.InsertionPoint(choice.then_block):
                left.fetch(thread, [row, after])
                right.fetch(thread, [after, column])
                scf.yield_([])

    def _multiply(self, left: _Side, right: _Side, acc: ir.Value) -> None:
        with _threads() as thread, TileLoops.serial("p", self.kind.depth // SIDE) as p:
            row, column = _part(thread)
            a = array("a", [ACROSS], self._fragment("a"))
            with TileLoops.serial("i", ACROSS) as i:
                corner = arith.addi(row, arith.muli(i, index(SIDE)))
                part = named("part", lambda: left.fragment(self._fragment("a"), corner, p))
                memref.store(part, a, [i])
            with TileLoops.serial("j", ACROSS) as j:
                number = arith.addi(arith.divui(column, index(SIDE)), j)
                b = named("b", lambda: right.fragment(self._fragment("b"), arith.muli(p, index(SIDE)), number))
                with TileLoops.serial("i", ACROSS) as i:
                    own = [thread, i, j]
                    total = _create("mma", self._fragment("acc"), [memref.load(a, [i]), b, memref.load(acc, own)])
                    memref.store(total, acc, own)

    def _leave(self, acc: ir.Value, row: ir.Value, column: ir.Value) -> None:
        """The accumulators to memory."""
        result = self.product.result
        line = arith.index_cast(ir.IntegerType.get_signless(32), result.row_stride)
        with _threads() as thread, TileLoops.serial("i", ACROSS) as i, TileLoops.serial("j", ACROSS) as j:
            own_row, own_column = _part(thread)
            y = arith.addi(arith.addi(row, own_row), arith.muli(i, index(SIDE)))
            x = arith.addi(arith.addi(column, own_column), arith.muli(j, index(SIDE)))
            operands = [memref.load(acc, [thread, i, j]), result.buffer, result.subscript([y, x]), line]
            ir.Operation.create("cuda.fragment_store", operands=operands, attributes={"layout": enum("cuda", "layout", "row")})

    def _fragment(self, role: str) -> ir.Type:
        element, layout = (self.kind.total, "") if role == "acc" else (self.kind.element, ", row")
        return ir.Type.parse(f"!cuda.fragment<{role}, {SIDE}x{SIDE}x{SIDE}, {element}{layout}>")


def _spare_rows(rows: int, line: int) -> int:
    """Rows of `line` bytes behind a panel: pieces of one row in neighbouring panels then lie in other banks."""
    return next(spare for spare in range(BANKS) if (rows + spare) * line % BANKS == ALIGNMENT)


@contextmanager
def _threads() -> Iterator[ir.Value]:
    """A parallel loop over the threads of the block."""
    with TileLoops.forall({"t": (THREADS, 1)}) as (thread,):
        yield thread


def _part(thread: ir.Value) -> tuple[ir.Value, ir.Value]:
    """The first row and column of the tile that the thread's warp has."""
    warp = arith.divui(thread, index(LANES))
    row = named("warp_row", lambda: arith.muli(arith.divui(warp, index(WARP_COLUMNS)), index(PART)))
    return row, named("warp_col", lambda: arith.muli(arith.remui(warp, index(WARP_COLUMNS)), index(PART)))


def _create(name: str, result: ir.Type, operands: list[ir.Value]) -> ir.Value:
    return ir.Operation.create(f"cuda.fragment_{name}", results=[result], operands=operands).result


def _i32(number: int) -> ir.Value:
    return arith.constant(ir.IntegerType.get_signless(32), number)
