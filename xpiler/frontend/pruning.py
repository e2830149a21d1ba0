"""Making `scf.while` and `scf.for` around filled blocks, without the values that never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.frontend.carrying import Carried
from xpiler.frontend.regions import Filled, detached_block

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader


class WhileLoop:
    """An `scf.while` in the making."""

    def __init__(self, reader: Reader, carried: Carried) -> None:
        self.reader = reader
        self.initial = list(carried.initial)
        types = [value.type for value in self.initial]
        self.before_block = detached_block(reader, types, carried.locations())
        self.after_block = detached_block(reader, types, carried.locations())
        self.before_arguments = list(self.before_block[1].arguments)
        self.after_arguments = list(self.after_block[1].arguments)
        self.before: Filled | None = None
        self.after: Filled | None = None
        self.condition: ir.Value | None = None
        self.passed: list[ir.Value] = []
        self.yielded: list[ir.Value] = []

    def build(self) -> list[ir.Value]:
        """Makes the operation; returns the value of each carried part after the loop."""
        final: list[ir.Value | None] = [None] * len(self.initial)
        live = self._prune(final)
        builder = self.reader.builder
        types = [self.initial[k].type for k in live]
        operation = builder.op("scf.while", [self.initial[k] for k in live], types, regions=2)
        assert self.before is not None and self.after is not None and self.condition is not None
        for region, filled in zip(operation.regions, (self.before, self.after), strict=True):
            filled.move_to(region)
        with builder.at(self.before.block):
            builder.op("scf.condition", [self.condition, *(self.passed[k] for k in live)])
        with builder.at(self.after.block):
            builder.op("scf.yield", [self.yielded[k] for k in live])
        for position, k in enumerate(live):
            final[k] = operation.results[position]
        return [value for value in final if value is not None]

    def _prune(self, final: list[ir.Value | None]) -> list[int]:
        """Drops the parts that keep their value; returns the positions of the others."""
        live = list(range(len(self.initial)))
        changed = True
        while changed:
            changed = False
            for k in list(live):
                own = (self.before_arguments[k], self.after_arguments[k], self.initial[k])
                if self.passed[k] in own and self.yielded[k] in own:
                    self._replace(k, final)
                    live.remove(k)
                    changed = True
        for k in reversed([k for k in range(len(self.initial)) if k not in live]):
            self.before_block[1].erase_argument(k)
            self.after_block[1].erase_argument(k)
        return live

    def _replace(self, k: int, final: list[ir.Value | None]) -> None:
        start = self.initial[k]
        for argument in (self.before_arguments[k], self.after_arguments[k]):
            argument.replace_all_uses_with(start)
            self.passed = [start if value == argument else value for value in self.passed]
            self.yielded = [start if value == argument else value for value in self.yielded]
            if self.condition == argument:
                self.condition = start
        final[k] = start


def build_for(
    reader: Reader,
    bounds: tuple[ir.Value, ir.Value, ir.Value],
    carried: Carried,
    filled: Filled,
    yielded: list[ir.Value],
    attributes: dict[str, ir.Attribute],
) -> list[ir.Value]:
    """Makes an `scf.for` whose block has the variable first; returns the carried parts after the loop."""
    arguments = list(filled.block.arguments)[1:]
    final: list[ir.Value | None] = [None] * len(arguments)
    live = list(range(len(arguments)))
    changed = True
    while changed:
        changed = False
        for k in list(live):
            if yielded[k] in (arguments[k], carried.initial[k]):
                arguments[k].replace_all_uses_with(carried.initial[k])
                yielded = [carried.initial[k] if value == arguments[k] else value for value in yielded]
                final[k] = carried.initial[k]
                live.remove(k)
                changed = True
    for k in reversed([k for k in range(len(arguments)) if k not in live]):
        filled.block.erase_argument(k + 1)
    builder = reader.builder
    starts = [carried.initial[k] for k in live]
    operation = builder.op("scf.for", [*bounds, *starts], [value.type for value in starts], attributes, regions=1)
    filled.move_to(operation.regions[0])
    with builder.at(filled.block):
        builder.op("scf.yield", [yielded[k] for k in live])
    for position, k in enumerate(live):
        final[k] = operation.results[position]
    return [value for value in final if value is not None]
