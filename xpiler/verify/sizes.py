"""The sizes that a proof is made at: small ones, and ones past the constants of both texts.

A constant of the text (a block, a tile, a vector) matters where a size passes it: one whole tile, then a border. Rows of sizes come in a
fixed order, cheap ones first; the prover takes them until every branch of both texts has gone both ways, or its steps are spent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from mlir import ir

from xpiler.verify.sampling import ParameterInfo

Sizes = dict[str, int]


@dataclass(frozen=True)
class Candidate:
    """A row of sizes; a multiple of a constant is for sources that take nothing else."""

    sizes: Sizes
    is_multiple: bool = False


SMALL = ((5, 7, 3, 4, 2, 6), (1, 1, 1, 1, 1, 1), (2, 37, 5, 3, 7, 2))
LEAST = (2, 3, 2, 3, 2, 3)  # of the others, where one size is past a constant
BORDERS = (3, 1, 5, 2, 4, 6)
LARGEST_CONSTANT = 1 << 14


def candidates(parameters: list[ParameterInfo], modules: tuple[ir.Module, ...]) -> Iterator[Candidate]:
    """Rows of values for the integer parameters; one empty row where there are none."""
    names = [p.name for p in parameters if not p.is_pointer and np.dtype(p.dtype).kind in "iu"]
    if not names:
        yield Candidate({})
        return
    seen = set()
    for row, is_multiple in _rows(len(names), constants(modules)):
        if row not in seen:
            seen.add(row)
            yield Candidate(dict(zip(names, row, strict=True)), is_multiple)


def _rows(count: int, numbers: list[int]) -> Iterator[tuple[tuple[int, ...], bool]]:
    """Small rows; then for every constant each parameter past it by itself, all together, and multiples (some kernels take no others)."""
    *small, least = (tuple(row[i % len(row)] for i in range(count)) for row in (*SMALL, LEAST))
    yield from ((row, False) for row in small)
    for number in numbers:
        past = tuple(number + BORDERS[i % len(BORDERS)] for i in range(count))
        for i in range(count):
            yield (*least[:i], past[i], *least[i + 1 :]), False
        yield past, False
        yield (number,) * count, True
        for k in range(count):
            yield tuple(number * (2 if i == k else 1) for i in range(count)), True


def constants(modules: tuple[ir.Module, ...]) -> list[int]:
    """The integer constants of the modules that may be tiles, in ascending order."""
    found: set[int] = set()

    def visit(operation: ir.Operation) -> ir.WalkResult:
        if operation.name == "arith.constant" and isinstance(operation.results[0].type, ir.IntegerType | ir.IndexType):
            found.add(ir.IntegerAttr(operation.attributes["value"]).value)
        elif operation.name == "memref.alloca":
            found.update(ir.MemRefType(operation.results[0].type).shape)
        return ir.WalkResult.ADVANCE

    for module in modules:
        module.operation.walk(visit)
    return sorted(n for n in found if max(SMALL[0]) < n <= LARGEST_CONSTANT)
