"""cuda-fragments: products of half matrices summed in float become tiles that a block's warps multiply on tensor cores.

A block of four warps owns 64 x 64 elements of C, a warp 16 rows of them in four accumulators. Slices of A and B, 16 deep,
pass through shared memory, zeros beyond the edges, so that any size is right; C leaves through shared memory for the
same reason. The accumulators are an array of the block of which each thread has its own part.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.contractions import MatrixProduct
from xpiler.analysis.forms import IndexForms
from xpiler.dialects.words import enum
from xpiler.lowering.simt.schedule.products import replace_products
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, place_in, zero
from xpiler.passes import Pass
from xpiler.transforms.rewriting import index

SIDE, WARPS, LANES, ACROSS = 16, 4, 32, 4  # of a fragment; warps of a block; lanes of a warp; fragments of a warp
WIDTH = SIDE * ACROSS
ALIGNMENT = 32  # bytes, of what a fragment is read from or written to


class CudaFragmentsPass(Pass):
    """Rewrites every nest that is a product of half matrices with float sums."""

    name = "cuda-fragments"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        replace_products(op, _is_supported, _emit)


def _is_supported(product: MatrixProduct) -> bool:
    kinds = [str(side.element) for side in (product.left, product.right, product.result)]
    return kinds == ["f16", "f16", "f32"] and str(product.accumulator) == "f32"


def _emit(product: MatrixProduct, forms: IndexForms) -> None:
    left, right, result = (Matrix.of(side, forms) for side in (product.left, product.right, product.result))
    rows, columns, depth = (Matrix.size(size, forms) for size in (product.rows, product.columns, product.depth))
    with TileLoops.forall({"row": (rows, WARPS * SIDE), "col": (columns, WIDTH)}) as (row, column):
        a_tile = array("left", [WARPS * SIDE, SIDE], product.left.element, ALIGNMENT)
        b_tile = array("right", [SIDE, WIDTH], product.right.element, ALIGNMENT)
        c_tile = array("tile", [WARPS * SIDE, WIDTH], product.accumulator, ALIGNMENT)
        acc = array("acc", [WARPS * LANES, ACROSS], _fragment("acc", "f32"))
        with TileLoops.forall({"t": (WARPS * LANES, 1)}) as (thread,), TileLoops.serial("j", ACROSS) as j:
            memref.store(_create("fill", _fragment("acc", "f32"), [zero(product.accumulator)]), acc, [thread, j])
        with TileLoops.serial("k0", depth, SIDE) as k0:
            left.load_tile(a_tile, (row, k0), (rows, depth))
            right.load_tile(b_tile, (k0, column), (depth, columns))
            _multiply(a_tile, b_tile, acc)
        _leave(acc, c_tile)
        with TileLoops.forall({"r": (WARPS * SIDE, 1), "c": (WIDTH, 1)}) as at:
            result.store_within(lambda: memref.load(c_tile, at), place_in((row, column), at), (rows, columns))


def _multiply(a_tile: ir.Value, b_tile: ir.Value, acc: ir.Value) -> None:
    with TileLoops.forall({"t": (WARPS * LANES, 1)}) as (thread,):
        a = _load("a", a_tile, [_warp_row(thread), index(0)], SIDE)
        with TileLoops.serial("j", ACROSS) as j:
            b = _load("b", b_tile, [index(0), arith.muli(j, index(SIDE))], WIDTH)
            total = _create("mma", _fragment("acc", "f32"), [a, b, memref.load(acc, [thread, j])])
            memref.store(total, acc, [thread, j])


def _leave(acc: ir.Value, c_tile: ir.Value) -> None:
    """The accumulators to shared memory."""
    layout = enum("cuda", "layout", "row")
    with TileLoops.forall({"t": (WARPS * LANES, 1)}) as (thread,), TileLoops.serial("j", ACROSS) as j:
        operands = [memref.load(acc, [thread, j]), c_tile, _warp_row(thread), arith.muli(j, index(SIDE)), _i32(WIDTH)]
        ir.Operation.create("cuda.fragment_store", operands=operands, attributes={"layout": layout})


def _warp_row(thread: ir.Value) -> ir.Value:
    """The first row of the tile that the thread's warp has."""
    return arith.muli(arith.divui(thread, index(LANES)), index(SIDE))


def _fragment(role: str, element: str) -> ir.Type:
    layout = "" if role == "acc" else ", row"
    return ir.Type.parse(f"!cuda.fragment<{role}, {SIDE}x{SIDE}x{SIDE}, {element}{layout}>")


def _load(role: str, tile: ir.Value, corner: list[ir.Value], stride: int) -> ir.Value:
    return named(role, lambda: _create("load", _fragment(role, "f16"), [tile, *corner, _i32(stride)]))


def _create(name: str, result: ir.Type, operands: list[ir.Value]) -> ir.Value:
    return ir.Operation.create(f"cuda.fragment_{name}", results=[result], operands=operands).result


def _i32(number: int) -> ir.Value:
    return arith.constant(ir.IntegerType.get_signless(32), number)
