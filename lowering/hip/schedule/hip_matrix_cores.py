"""hip-matrix-cores: products of half matrices summed in float become tiles that a block's waves multiply on matrix cores.

A block of four waves owns 64 x 64 elements of C, a wave 32 x 32 of them: sixteen in the registers of each lane. Slices of A and B,
16 deep, pass through shared memory, zeros beyond the edges, so that any size is right.

    left[k / 4, row, k % 4], right[k / 4, column, k % 4] = slices of A, B
    acc = mfma(left[k, row, 0 .. 3], right[k, column, 0 .. 3], acc)      // k by 2: lanes from 32 on have the second four

Both tiles lie in panels four deep, so that a lane has its elements in one access and neighbours read neighbouring banks. Which
lane has which element is the table of the instruction `v_mfma_f32_32x32x8_f16` (shared documentation, simt.md 1d).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, memref, vector

from xpiler.analysis.contractions import MatrixProduct
from xpiler.analysis.forms import IndexForms
from xpiler.lowering.simt.schedule.products import replace_products
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named, zero
from xpiler.passes import Pass
from xpiler.transforms.rewriting import index

INSTRUCTION = "f32_32x32x8f16"
PROCESSORS = ("gfx908", "gfx90a", "gfx942", "gfx950")  # those that have it
LANES, SIDE, OPERAND, SUMS = 64, 32, 4, 16  # of a wave; of its part; elements that a lane has of an operand and of the result
WAVES, WAVES_ACROSS = 4, 2
THREADS, TILE, PANELS = WAVES * LANES, SIDE * WAVES_ACROSS, 4
ALIGNMENT = 8  # bytes, of what a lane reads at once


@dataclass(frozen=True)
class HipMatrixCoresPass(Pass):
    """Rewrites every nest that is a product of half matrices with float sums, where the processor has matrix cores."""

    name = "hip-matrix-cores"
    arch: str = ""

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        if self.arch in PROCESSORS:
            replace_products(op, _is_of_halves, lambda product, forms: _Block(product, forms).emit())


def _is_of_halves(product: MatrixProduct) -> bool:
    kinds = [product.left.element, product.right.element, product.accumulator, product.result.element]
    return [str(kind) for kind in kinds] == ["f16", "f16", "f32", "f32"]


class _Block:
    """The loops over tiles of one product, and what happens in each."""

    def __init__(self, product: MatrixProduct, forms: IndexForms):
        self.left, self.right, self.result = (Matrix.of(side, forms) for side in (product.left, product.right, product.result))
        self.rows, self.columns, self.depth = (Matrix.size(size, forms) for size in (product.rows, product.columns, product.depth))
        self.operand = ir.VectorType.get([OPERAND], product.left.element)
        self.sums = ir.VectorType.get([SUMS], product.accumulator)

    def emit(self) -> None:
        """Writes the nest at the current insertion point."""
        with TileLoops.forall({"row": (self.rows, TILE), "col": (self.columns, TILE)}) as corner:
            tiles = [array(name, [PANELS, TILE, OPERAND], self.operand.element_type, ALIGNMENT) for name in ("left", "right")]
            acc = array("acc", [THREADS], self.sums)
            with _threads() as (thread,):
                memref.store(vector.broadcast(self.sums, zero(self.sums.element_type)), acc, [thread])
            with TileLoops.serial("k0", self.depth, PANELS * OPERAND) as k0:
                self._fill(tiles, corner, k0)
                self._multiply(tiles, acc)
            self._leave(acc, corner)

    def _fill(self, tiles: list[ir.Value], corner: list[ir.Value], k0: ir.Value) -> None:
        """A wave brings a panel of each tile, a lane a line of each."""
        with _threads() as (thread,), TileLoops.serial("i", OPERAND) as i:
            panel = named("panel", lambda: arith.divui(thread, index(TILE)))
            line = named("line", lambda: arith.remui(thread, index(TILE)))
            depth = named("k", lambda: arith.addi(k0, arith.addi(_times(panel, OPERAND), i)))
            row, column = (named(name, lambda start=start: arith.addi(start, line)) for name, start in zip("yx", corner, strict=True))
            memref.store(self.left.load_within([row, depth], (self.rows, self.depth), "a"), tiles[0], [panel, line, i])
            memref.store(self.right.load_within([depth, column], (self.depth, self.columns), "b"), tiles[1], [panel, line, i])

    def _multiply(self, tiles: list[ir.Value], acc: ir.Value) -> None:
        with _threads() as (thread,), TileLoops.serial("k", PANELS, LANES // SIDE) as k:
            panel = named("panel", lambda: arith.addi(k, _half(thread)))
            line = named("line", lambda: arith.remui(thread, index(SIDE)))
            places = [arith.addi(start, line) for start in _part(thread)]
            a, b = (
                named(name, lambda tile=tile, place=place: vector.load(self.operand, tile, [panel, place, index(0)]))
                for name, tile, place in zip("ab", tiles, places, strict=True)
            )
            operands = [a, b, memref.load(acc, [thread])]
            kind = {"kind": ir.StringAttr.get(INSTRUCTION)}
            memref.store(ir.Operation.create("hip.mfma", [self.sums], operands, kind).result, acc, [thread])

    def _leave(self, acc: ir.Value, corner: list[ir.Value]) -> None:
        """The sums of a lane to memory: four rows that follow each other, and the next four eight rows further down."""
        with _threads() as (thread,), TileLoops.serial("i", SUMS, unroll=SUMS) as i:
            row, column = (arith.addi(start, own) for start, own in zip(corner, _part(thread), strict=True))
            four = arith.addi(_times(arith.divui(i, index(OPERAND)), OPERAND * LANES // SIDE), arith.remui(i, index(OPERAND)))
            y = named("y", lambda: arith.addi(row, arith.addi(four, _times(_half(thread), OPERAND))))
            x = named("x", lambda: arith.addi(column, arith.remui(thread, index(SIDE))))
            at_run_time = [ir.ShapedType.get_dynamic_size()]
            ends = (self.rows, self.columns)
            self.result.store_within(lambda: vector.extract(memref.load(acc, [thread]), [i], at_run_time), [y, x], ends)


def _threads() -> AbstractContextManager[list[ir.Value]]:
    """A parallel loop over the threads of the block."""
    return TileLoops.forall({"t": (THREADS, 1)})


def _part(thread: ir.Value) -> tuple[ir.Value, ir.Value]:
    """The first row and column of the tile that the thread's wave has."""
    wave = named("wave", lambda: arith.divui(thread, index(LANES)))
    return _times(arith.divui(wave, index(WAVES_ACROSS)), SIDE), _times(arith.remui(wave, index(WAVES_ACROSS)), SIDE)


def _half(thread: ir.Value) -> ir.Value:
    """Which half of its wave the thread is in."""
    return arith.remui(arith.divui(thread, index(SIDE)), index(LANES // SIDE))


def _times(value: ir.Value, factor: int) -> ir.Value:
    return arith.muli(value, index(factor))
