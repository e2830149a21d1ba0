"""simt-matmul: a matrix product becomes tiles of C, a block each; A and B pass through shared memory in slices of the depth.

    forall (row, col) by (64, 64) {                     // a block
      for k0 by 16 {
        forall (r, c) { left[r, c] = A[row + r, k0 + c], zero beyond the edge };  right alike
        forall (ty, tx) in (16, 16) { acc[ty, tx, i, j] += left[ty + 16 i, k] * right[k, tx + 16 j] for k, i, j }
      }
      forall (ty, tx) { C[row + ty + 16 i, col + tx + 16 j] = acc[ty, tx, i, j] inside the edge, for i, j }
    }

What comes out is in shared form still: `acc` is an array of the block of which every iteration of the parallel loops touches
its own part, which the conversion then keeps in the registers of a thread. Sums run in the source's order.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref

from xpiler.analysis.contractions import MatrixProduct
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.simt.schedule.products import replace_products
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, contract, place_in, zero
from xpiler.passes import Pass, refuse
from xpiler.transforms.rewriting import index, is_unit_for

ACCUMULATORS = {"f32": ("f32", "f16", "bf16"), "i32": ("i8",)}  # the accumulator, and the operands it takes


@dataclass(frozen=True)
class SimtMatmulPass(Pass):
    """Rewrites every nest that is a matrix product; a block's tile is `side * each` squared, `side` squared threads."""

    name = "simt-matmul"
    side: int = 16
    each: int = 4
    depth: int = 16

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        if not (1 <= self.side <= 32 and self.each >= 1 and self.depth >= 1):
            refuse(op, "simt-matmul: side is 1 to 32, each and depth at least 1")
        replace_products(op, _is_supported, lambda product, forms: _Tiles(product, forms, self).emit())


def _is_supported(product: MatrixProduct) -> bool:
    operands = ACCUMULATORS.get(str(product.accumulator), ())
    return all(str(side.element) in operands for side in (product.left, product.right)) and product.result.element == product.accumulator


@dataclass
class _Tiles:
    """The loops over tiles of one product, and what happens in each."""

    product: MatrixProduct
    forms: IndexForms
    shape: SimtMatmulPass

    def emit(self) -> None:
        product, width = self.product, self.shape.side * self.shape.each
        self.left, self.right, self.result = (Matrix.of(side, self.forms) for side in (product.left, product.right, product.result))
        self.rows, self.columns, self.depth = (Matrix.size(size, self.forms) for size in (product.rows, product.columns, product.depth))
        with TileLoops.forall({"row": (self.rows, width), "col": (self.columns, width)}) as corner:
            self._block(corner, width)

    def _block(self, corner: list[ir.Value], width: int) -> None:
        row, column = corner
        shape, product = self.shape, self.product
        left = array("left", [width, shape.depth], product.left.element)
        right = array("right", [shape.depth, width], product.right.element)
        acc = array("acc", [shape.side, shape.side, shape.each, shape.each], product.accumulator)
        self._each_output(lambda own, at: memref.store(zero(product.accumulator), acc, own))
        with TileLoops.serial("k0", self.depth, shape.depth) as k0:
            self.left.load_tile(left, (row, k0), (self.rows, self.depth))
            self.right.load_tile(right, (k0, column), (self.depth, self.columns))
            self._multiply(left, right, acc)
        ends = (self.rows, self.columns)
        self._each_output(lambda own, at: self.result.store_within(lambda: memref.load(acc, own), place_in(corner, at), ends))

    def _multiply(self, left: ir.Value, right: ir.Value, acc: ir.Value) -> None:
        side, exact = self.shape.side, _is_exact(self.product)
        with TileLoops.forall({"ty": (side, 1), "tx": (side, 1)}) as (y, x), TileLoops.serial("k", self.shape.depth) as k:
            with TileLoops.serial("i", self.shape.each) as i, TileLoops.serial("j", self.shape.each) as j:
                a = memref.load(left, [_strided(y, i, side), k])
                b = memref.load(right, [k, _strided(x, j, side)])
                own = [y, x, i, j]
                memref.store(contract(memref.load(acc, own), a, b, exact=exact), acc, own)

    def _each_output(self, act: object) -> None:
        """`act(subscripts in acc, place in the tile)` for each output of each thread."""
        side, each = self.shape.side, self.shape.each
        with TileLoops.forall({"ty": (side, 1), "tx": (side, 1)}) as (y, x):
            with TileLoops.serial("i", each) as i, TileLoops.serial("j", each) as j:
                act([y, x, i, j], [_strided(y, i, side), _strided(x, j, side)])


def _strided(thread: ir.Value, number: ir.Value, side: int) -> ir.Value:
    """The place of a thread's output: neighbours in a warp have neighbouring places."""
    return arith.addi(thread, arith.muli(number, index(side)))


def _is_exact(product: MatrixProduct) -> bool:
    """Whether the source says that its integer sums do not wrap; they run in its order."""
    sums = [op for loop in walk(product.outer) if is_unit_for(loop) for op in walk(loop) if op.name in ("arith.addi", "arith.muli")]
    integers = [op for op in sums if op.results[0].type == product.accumulator]
    return all("nsw" in str(op.attributes["overflowFlags"]) for op in integers if "overflowFlags" in op.attributes)
