"""Rings of tiles in shared memory that asynchronous copies fill while the threads use what has come.

    the first slices, all but one of the ring, set out
    for k0 by depth {
      wait for the slice at k0
      the slice that is as far ahead as the ring is long sets out, where there is one
      use it
    }

Whoever is behind the wait at k0 has used the slice before, whose tile is the one to be filled. A ring of one tile is a tile, which
the threads fill and use in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TypeVar

from mlir import ir
from mlir.dialects import arith, nvvm, scf, vector

from xpiler.lowering.simt.async_copies import copy_async
from xpiler.lowering.simt.schedule.tiles import Matrix, TileLoops, named
from xpiler.transforms.rewriting import as_value, index

T = TypeVar("T")  # what names a thread of the block

_SLT = 2


@dataclass(frozen=True)
class Ring:
    """How many tiles a ring has, and the depth of a slice and of all."""

    stages: int
    step: int
    depth: ir.Value | int

    def dimension(self) -> list[int]:
        """The leading extent of an array of tiles."""
        return [self.stages] if self._is_async() else []

    @contextmanager
    def slices(
        self, threads: Callable[[], AbstractContextManager[T]], fill: Callable[[T, ir.Value, list[ir.Value]], None]
    ) -> Iterator[tuple[ir.Value, list[ir.Value]]]:
        """The loop over the slices: where one is in the depth, and the subscripts of its tile. `fill(threads, k0, stage)` copies a
        thread's share of one."""
        if self._is_async():
            with TileLoops.serial("ahead", self.stages - 1) as ahead:
                self._set_out(threads, fill, arith.muli(ahead, index(self.step)), [ahead])
        with TileLoops.serial("k0", self.depth, self.step) as k0:
            yield k0, self._filled(threads, fill, k0)
        if self._is_async():
            nvvm.cp_async_wait_group(0)  # the block's next part of the result has the ring for itself

    def copy(self, matrix: Matrix, place: list[ir.Value], tile: ir.Value, own: list[ir.Value], lanes: int) -> None:
        """Some consecutive elements of a row of a matrix, to their place in a tile."""
        if self._is_async():
            copy_async(matrix.buffer, [matrix.subscript(place)], tile, own, lanes)
        else:
            vector.store(named("value", lambda: matrix.load_wide(place, lanes)), tile, own)

    def _is_async(self) -> bool:
        return self.stages > 1

    def _filled(self, threads: Callable, fill: Callable, k0: ir.Value) -> list[ir.Value]:
        """Brings the slice at `k0` into a tile; its subscripts."""
        if not self._is_async():
            with threads() as own:
                fill(own, k0, [])
            return []
        nvvm.cp_async_wait_group(self.stages - 2)
        coming = arith.addi(k0, index((self.stages - 1) * self.step))
        self._set_out(threads, fill, coming, self._stage("next_stage", coming))
        return self._stage("stage", k0)

    def _stage(self, name: str, k0: ir.Value) -> list[ir.Value]:
        """Slices take turns."""
        return [named(name, lambda: arith.remui(arith.divui(k0, index(self.step)), index(self.stages)))]

    def _set_out(self, threads: Callable, fill: Callable, k0: ir.Value, stage: list[ir.Value]) -> None:
        """The copies of the slice at `k0`, where there is one: a group in any case, so that groups can be counted."""
        with threads() as own:
            with if_within(k0, self.depth):
                fill(own, k0, stage)
            nvvm.cp_async_commit_group()


@contextmanager
def if_within(k0: ir.Value, depth: ir.Value | int) -> Iterator[None]:
    """What is done only for slices that there are."""
    choice = scf.IfOp(arith.CmpIOp(_SLT, k0, as_value(depth)).result)
    with ir.InsertionPoint(choice.then_block):
        yield
        scf.yield_([])
