"""The groups that run a phase together: the threads of a block, and the lanes of a warp.

A group opens the parallel loop over its threads, and knows the shape of an array with one element a thread.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.simt.geometry import Geometry
from xpiler.raising.simt.platform_ops import BLOCK_COLLECTIVES, WARP_COLLECTIVES
from xpiler.raising.simt.value_places import Leaf
from xpiler.raising.structure import constant_value

X, Y, Z = 0, 1, 2


class BlockGroup:
    """The threads of a block, in as many dimensions as the block has."""

    collectives = BLOCK_COLLECTIVES
    word = "block"

    def __init__(self, geometry: Geometry, lanes: int):
        self.geometry = geometry
        self.lanes = lanes
        self.dimensions = [d for d in (Z, Y, X) if geometry.block_constant(d) != 1] or [X]

    @property
    def shape(self) -> list[ir.Value]:
        return [self.geometry.block[d] for d in self.dimensions]

    def open(self, emit: EmissionPoint) -> Leaf:
        inside, variables = emit.forall(self.shape)
        return Leaf(inside, dict(zip(self.dimensions, variables, strict=True)))

    def indices(self, leaf: Leaf) -> list[ir.Value]:
        """The element of this thread in an array of the group's shape."""
        return [leaf.thread[d] for d in self.dimensions]

    def total(self, emit: EmissionPoint) -> ir.Value:
        """Threads of the block, as index."""
        result = emit.constant(1)
        for size in self.shape:
            result = emit.mul(result, emit.cast(size, emit.index))
        return result

    def warps(self, emit: EmissionPoint) -> ir.Value:
        """Warps of the block, the last one perhaps not full."""
        return emit.ceil_div(self.total(emit), emit.constant(self.lanes))

    def has_whole_warps(self) -> bool:
        sizes = [constant_value(size) for size in self.shape]
        known = [size for size in sizes if size is not None]
        product = 1
        for size in known:
            product *= size
        return product % self.lanes == 0

    def has_whole_rows(self) -> bool:
        """Does a warp never hold threads of two rows (values of threadIdx.y)? Then its row is uniform."""
        width = self.geometry.block_constant(X)
        return self.dimensions == [X] or (width is not None and width % self.lanes == 0)


class WarpGroup:
    """The lanes of one warp of a block."""

    collectives = WARP_COLLECTIVES
    word = "warp"

    def __init__(self, block: BlockGroup, warp: ir.Value):
        self.block = block
        self.lanes = block.lanes
        self.warp = warp
        self.shape = [block.lanes]

    def open(self, emit: EmissionPoint) -> Leaf:
        inside, (lane,) = emit.forall([emit.constant(self.lanes)])
        if not self.block.has_whole_warps():
            inside = inside.branch(inside.compare("ult", self._linear(inside, lane), self.block.total(inside)))
        return Leaf(inside, self.thread_indices(inside, lane), lane)

    def indices(self, leaf: Leaf) -> list[ir.Value]:
        return [leaf.lane]

    def thread_indices(self, emit: EmissionPoint, lane: ir.Value) -> dict[int, ir.Value]:
        """threadIdx of a lane of this warp, by dimension."""
        if self.block.dimensions == [X]:
            return {X: self._linear(emit, lane)}
        sizes = {d: emit.cast(self.block.geometry.block[d], emit.index) for d in self.block.dimensions}
        if self.block.has_whole_rows():
            row, first = self._row(emit, sizes)
            return {X: emit.add(first, lane), **self._split_rows(emit, row, sizes)}
        linear = self._linear(emit, lane)
        if X not in sizes:
            return self._split_rows(emit, linear, sizes)
        return {X: emit.rem(linear, sizes[X]), **self._split_rows(emit, emit.floor_div(linear, sizes[X]), sizes)}

    def _linear(self, emit: EmissionPoint, lane: ir.Value) -> ir.Value:
        return emit.add(emit.mul(self.warp, emit.constant(self.lanes)), lane)

    def _row(self, emit: EmissionPoint, sizes: dict[int, ir.Value]) -> tuple[ir.Value, ir.Value]:
        """The row the warp lies in, and the threadIdx.x of its first lane."""
        in_row = emit.constant(self.block.geometry.block_constant(X) // self.lanes)
        first = emit.mul(emit.rem(self.warp, in_row), emit.constant(self.lanes))
        return emit.floor_div(self.warp, in_row), first

    def _split_rows(self, emit: EmissionPoint, row: ir.Value, sizes: dict[int, ir.Value]) -> dict[int, ir.Value]:
        """threadIdx.y and .z of a row counted through the block."""
        if Z not in sizes:
            return {Y: row} if Y in sizes else {}
        if Y not in sizes:
            return {Z: row}
        return {Y: emit.rem(row, sizes[Y]), Z: emit.floor_div(row, sizes[Y])}
