"""Sizes past the constants that no row of a proof has passed: what a run reaches in no time and a proof at sizes cannot.

A text that keeps 8192 elements of a row, or has 65535 blocks at most, goes another way past them (a piece that is forgotten, a buffer that
overflows). Of each size one row is run, past the largest constant whose arrays are small enough, the other sizes as in a small row.
"""

from __future__ import annotations

from collections.abc import Callable as Function
from collections.abc import Sequence

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.verify.sampling import ParameterInfo, integers, volume
from xpiler.verify.sizes import BORDERS, LEAST, Sizes, constants, products

FEW = 2  # a size of one hides strides and orders
MOST_ELEMENTS = 1 << 19  # of all buffers of a row


def further_rows(
    parameters: list[ParameterInfo], modules: tuple[ir.Module, ...], passed: Sequence[Sizes], extents: Function[[Sizes], dict[str, int]]
) -> tuple[Sizes, ...]:
    """One row for each integer parameter that a constant of the modules may matter to, beyond the `passed` ones."""
    names = [p.name for p in integers(parameters)]
    least = {name: LEAST[k % len(LEAST)] for k, name in enumerate(names)}
    taken = [row for row in passed if row.keys() == least.keys()]  # what the texts are known to take: a window fits into its image there
    numbers = sorted({*constants(modules), *products(modules)}, reverse=True)
    bases = [*sorted(taken, key=lambda row: (min(row.values()) < FEW, volume(row))), least]
    found = []
    for k, name in enumerate(names):
        reached = max((row[name] for row in taken), default=0)
        past = [number + BORDERS[k % len(BORDERS)] for number in numbers if number >= reached]
        row = next((row for size in past for base in bases if _is_small(row := {**base, name: size}, extents)), None)
        found += [row] if row else []
    return tuple(found)


def small_rows(rows: Sequence[Sizes], extents: Function[[Sizes], dict[str, int]]) -> tuple[Sizes, ...]:
    """Those of the rows whose arrays are small enough for runs."""
    return tuple(row for row in rows if _is_small(row, extents))


def _is_small(row: Sizes, extents: Function[[Sizes], dict[str, int]]) -> bool:
    try:
        elements = extents(row)
    except Unsupported:
        return False
    return all(n >= 0 for n in elements.values()) and sum(elements.values()) <= MOST_ELEMENTS
