"""Regions that are filled first and given their results afterwards.

A C statement says nothing about which variables it changes; an `scf` operation must name them up front. So the
body goes into a detached block, the changed variables are read off, and the operation is made around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.values import Value
from xpiler.frontend.variables import Changes, Variable

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


@dataclass
class Filled:
    """A detached block with its code; what it changed, and its own value if it has one."""

    holder: ir.Operation  # keeps the block alive until it moves
    block: ir.Block
    before: Changes
    after: dict[Variable, Value | None]
    result: Value | None = None

    def move_to(self, region: ir.Region) -> None:
        self.block.append_to(region)

    @property
    def operations(self) -> list[ir.Operation]:
        return [op.operation for op in self.block.operations]


def detached_block(
    reader: Reader, arguments: Sequence[ir.Type] = (), locations: Sequence[ir.Location] | None = None
) -> tuple[ir.Operation, ir.Block]:
    """A block outside the module, and the operation that holds it."""
    holder = ir.Operation.create("builtin.module", regions=1, loc=reader.builder.location)
    places = list(locations) if locations is not None else [reader.builder.location] * len(arguments)
    return holder, holder.regions[0].blocks.append(*arguments, arg_locs=places)


def fill(reader: Reader, body: Callable[[], Value | None], into: tuple[ir.Operation, ir.Block] | None = None) -> Filled:
    """Runs `body` into a detached block; the outer variables have their old values afterwards."""
    holder, block = into or detached_block(reader)
    with reader.state.region() as changes, reader.builder.at(block):
        result = body()
        after = {variable: variable.value for variable in changes}
    return Filled(holder, block, changes, after, result)
