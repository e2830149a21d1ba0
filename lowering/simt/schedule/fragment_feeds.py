"""How slices of two matrices reach the fragments of a block's warps: through tiles in shared memory, filled in one of two ways.

A tile lies so that rows of a fragment are in different banks and it starts at a multiple of 32 bytes: halves in rows with
something behind, bytes in panels sixteen columns wide.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.lowering.simt.schedule.rings import Ring, if_within
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, array, named
from xpiler.lowering.simt.schedule.whole import WIDE
from xpiler.transforms.rewriting import index

SIDE = 16  # of a fragment
ALIGNMENT, BANKS = 32, 128  # bytes: of what a fragment is read from; of one access of a warp to all banks


@dataclass(frozen=True)
class Slices:
    """Slices of a matrix, `rows` by `columns` of it at a time, that lie in panels or in rows with `padding` behind; who loads them."""

    matrix: Matrix
    rows: int
    columns: int
    in_panels: bool
    padding: int
    threads: int

    @property
    def element(self) -> ir.Type:
        """What the matrix has."""
        return ir.MemRefType(self.matrix.buffer.type).element_type

    @property
    def lanes(self) -> int:
        """Elements of a piece, which one access takes."""
        return WIDE * 8 // self.element.width

    @property
    def pieces(self) -> int:
        """Pieces of a thread."""
        return self.rows * self.columns // self.lanes // self.threads

    @property
    def line(self) -> int:
        """Elements from one row of a tile to the next."""
        return (SIDE if self.in_panels else self.columns) + self.padding

    def tile(self, name: str, stages: list[int]) -> ir.Value:
        """An array of tiles, `stages` of them."""
        spare = _spare_rows(self.rows, self.line * self.element.width // 8)
        shape = [self.columns // SIDE, self.rows + spare] if self.in_panels else [self.rows]
        return array(name, [*stages, *shape, self.line], self.element, ALIGNMENT)

    def place(self, thread: ir.Value, s: ir.Value) -> tuple[ir.Value, ir.Value]:
        """Row and column of a thread's piece in a slice: neighbouring threads have neighbouring pieces of a row."""
        across = self.columns // self.lanes
        r = named("r", lambda: arith.addi(arith.divui(thread, index(across)), arith.muli(s, index(self.threads // across))))
        return r, named("c", lambda: arith.muli(arith.remui(thread, index(across)), index(self.lanes)))

    def within_tile(self, row: ir.Value, column: ir.Value) -> list[ir.Value]:
        """Where an element of a slice is in its tile."""
        return [arith.divui(column, index(SIDE)), row, arith.remui(column, index(SIDE))] if self.in_panels else [row, column]

    def fragment_place(self, row: ir.Value, number: ir.Value) -> list[ir.Value]:
        """Where a fragment begins in a tile: at a row, and at a multiple of its own columns."""
        return [number, row, index(0)] if self.in_panels else [row, arith.muli(number, index(SIDE))]


def _spare_rows(rows: int, line: int) -> int:
    """Rows of `line` bytes behind a panel: pieces of one row in neighbouring panels then lie in other banks."""
    return next((spare for spare in range(BANKS) if (rows + spare) * line % BANKS == ALIGNMENT), 0)


Sliced = tuple[ir.Value, list[ir.Value]]  # where a slice is in the depth, and the subscripts of its tile


@dataclass
class Feed(ABC):
    """Two operands: the block's rows of the left one and columns of the right one, a slice of the depth after the other."""

    left: Slices
    right: Slices
    corner: tuple[ir.Value, ir.Value]
    depth: ir.Value | int
    tiles: list[ir.Value] = field(init=False)  # of both operands

    @abstractmethod
    def slices(self) -> AbstractContextManager[Sliced]:
        """The loop over the slices, each in its tile when the body begins."""

    @contextmanager
    def threads(self) -> Iterator[ir.Value]:
        """A parallel loop over the threads of the block."""
        with TileLoops.forall({"t": (self.left.threads, 1)}) as (thread,):
            yield thread

    def _corners(self, k0: ir.Value) -> tuple[list[ir.Value], list[ir.Value]]:
        row, column = self.corner
        return [row, k0], [k0, column]


@dataclass
class RegisterFeed(Feed):
    """One tile an operand: while the warps multiply its slice, the next one is on its way to the threads' registers."""

    def __post_init__(self) -> None:
        operands = {"left": self.left, "right": self.right}
        self.tiles = [side.tile(name, []) for name, side in operands.items()]
        self._coming = [
            array(f"next_{name}", [side.threads, side.pieces, side.lanes], side.element, WIDE) for name, side in operands.items()
        ]

    @contextmanager
    def slices(self) -> Iterator[Sliced]:
        """What has come goes to the tile, and the slice after it sets out."""
        self._load(index(0))
        with TileLoops.serial("k0", self.depth, self.left.columns) as k0:
            with self.threads() as thread:
                for side, tile, coming in zip((self.left, self.right), self.tiles, self._coming, strict=True):
                    self._put(thread, side, tile, coming)
            self._load(arith.addi(k0, index(self.left.columns)))
            yield k0, []

    def _load(self, k0: ir.Value) -> None:
        """The slice at `k0`, where there is one, to registers."""
        with self.threads() as thread, if_within(k0, self.depth):
            for side, coming, corner in zip((self.left, self.right), self._coming, self._corners(k0), strict=True):
                with TileLoops.serial("s", side.pieces) as s:
                    place = [arith.addi(start, own) for start, own in zip(corner, side.place(thread, s), strict=True)]
                    value = named("value", lambda side=side, place=place: side.matrix.load_wide(place, side.lanes))
                    vector.store(value, coming, [thread, s, index(0)])

    def _put(self, thread: ir.Value, side: Slices, tile: ir.Value, coming: ir.Value) -> None:
        with TileLoops.serial("s", side.pieces) as s:
            kind = ir.VectorType.get([side.lanes], side.element)
            value = named("value", lambda: vector.load(kind, coming, [thread, s, index(0)]))
            vector.store(value, tile, side.within_tile(*side.place(thread, s)))


@dataclass
class RingFeed(Feed):
    """A ring of tiles an operand (rings.py)."""

    stages: int

    def __post_init__(self) -> None:
        self._ring = Ring(self.stages, self.left.columns, self.depth)
        self.tiles = [side.tile(name, self._ring.dimension()) for name, side in (("left", self.left), ("right", self.right))]

    def slices(self) -> AbstractContextManager[Sliced]:
        """While the warps multiply a slice, the next ones are on their way."""
        return self._ring.slices(self.threads, self._fill)

    def _fill(self, thread: ir.Value, k0: ir.Value, stage: list[ir.Value]) -> None:
        for side, tile, corner in zip((self.left, self.right), self.tiles, self._corners(k0), strict=True):
            with TileLoops.serial("s", side.pieces) as s:
                row, column = side.place(thread, s)
                place = [arith.addi(corner[0], row), arith.addi(corner[1], column)]
                self._ring.copy(side.matrix, place, tile, [*stage, *side.within_tile(row, column)], side.lanes)
