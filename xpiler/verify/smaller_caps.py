"""Launchers that cut a grid at a number that no row of sizes reaches, `min(blocks, 65535)`, as if that number were a small one.

A kernel whose threads go on by the size of the grid does the same with any number of blocks; one that does not is told from it here. The
number has no other meaning in the launcher, so that the text with another one is what its author might have written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mlir import ir

from xpiler.verify import signature
from xpiler.verify.choices import EXTREMES
from xpiler.verify.model.program import place_of
from xpiler.verify.model.side import Unit
from xpiler.verify.turning_sizes import turning_rows

LEAST_CAP = 256
SMALL_CAP = 2
BORDER = 3
CUTS = ("arith.cmpi", "arith.select", "scf.yield", *EXTREMES)


def caps(module: ir.Module, places: Collection[str]) -> dict[int, set[str]]:
    """The numbers at which the launcher that is run cuts something, with those of the places where it does."""
    found: dict[int, set[str]] = {}
    for op in signature.inside(Unit.of(module).function):
        if op.name in EXTREMES or op.name == "scf.if" or op.name == "arith.select":
            compared = op if op.name in EXTREMES else _comparison(op.operands[0])
            if compared is not None and place_of(op) in places:
                for number in filter(None, map(_cap, compared.operands)):
                    found.setdefault(number, set()).add(place_of(op))
    return found


def with_small_cap(module: ir.Module, number: int) -> ir.Module:
    """A copy of the module in which its launcher cuts at a small number instead."""
    with module.context, ir.Location.unknown():
        copy = ir.Module.parse(module.operation.get_asm(enable_debug_info=True, assume_verified=True))
        for constant in _constants(copy):
            if _cap(constant.results[0]) == number:
                constant.attributes["value"] = ir.IntegerAttr.get(constant.results[0].type, SMALL_CAP)
    return copy


def rows_past_cap(module: ir.Module, least: dict[str, int]) -> list[dict[str, int]]:
    """Rows that turn what the launcher of a copy asks, and ones with twice as many blocks and a border."""
    turns = turning_rows((module,), least)
    further = ({name: value if value == least[name] else 2 * value + BORDER for name, value in row.items()} for row in turns)
    return [row for pair in zip(turns, further, strict=True) for row in pair]


def _constants(module: ir.Module) -> Iterator[ir.Operation]:
    return (op for op in signature.inside(Unit.of(module).function) if op.name == "arith.constant")


def _comparison(condition: ir.Value) -> ir.Operation | None:
    op = None if isinstance(condition, ir.BlockArgument) else condition.owner.operation
    return op if op is not None and op.name == "arith.cmpi" else None


def _cap(value: ir.Value) -> int:
    """The number of a constant that only cuts others; 0 of anything else."""
    if isinstance(value, ir.BlockArgument) or value.owner.operation.name != "arith.constant":
        return 0
    attribute = value.owner.operation.attributes["value"]
    number = ir.IntegerAttr(attribute).value if isinstance(attribute, ir.IntegerAttr) else 0
    return number if number >= LEAST_CAP and all(use.owner.operation.name in CUTS for use in value.uses) else 0
