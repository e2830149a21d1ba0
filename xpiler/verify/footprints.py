"""Wide accesses of a source whose buffers have no stated size: ones that go past the tail make the footprint too large by themselves.

Where nothing states an extent it is what the source touches, and the source cannot break it (proof contract, rule 7). At sizes that are
multiples of a vector a footprint is the product of some of the sizes; where it is more than that product at other sizes, the source reads
or writes past its data, or relies on padding that nothing states: nothing is proved of it.
"""

from __future__ import annotations

import itertools
import math

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.verify import signature
from xpiler.verify.limits import Budget, Defect, OutOfTime
from xpiler.verify.model import side
from xpiler.verify.sampling import ParameterInfo, integers

Sizes = dict[str, int]
FACTORS = ((1, 2, 3, 5), (2, 1, 5, 3))  # of the tile, at which sizes are round
TILES = {1: 128, 2: 32}  # by the number of sizes: a product of three or more gets long
SMALLEST_TILE = 16
UNEVEN = ((7, 13, 5, 3), (67, 35, 21, 19))
SECONDS = 1.0  # of each run of the model
MOST_SIZES = 4


def overrun(source: ir.Module) -> str:
    """Which buffer a source with wide accesses goes past, in words; "" where there is none, or its footprints are no products of sizes."""
    if not any(op.name.startswith("vector.") for op in signature.inside(source.operation)):
        return ""
    unit = side.Unit.of(source)
    names = [p.name for p in integers(unit.parameters)]
    if not 0 < len(names) <= MOST_SIZES:
        return ""
    tile = TILES.get(len(names), SMALLEST_TILE)
    regular = [dict(zip(names, (tile * factor for factor in row), strict=False)) for row in FACTORS]
    touched = [_footprints(source, unit, sizes) for sizes in regular]
    others = [dict(zip(names, row, strict=False)) for row in UNEVEN]
    for position, parameter in enumerate(unit.parameters):
        product = _product(regular, [found.get(position) for found in touched], names)
        for sizes in others if product else ():
            count = _footprints(source, unit, sizes).get(position, 0)
            if count > math.prod(sizes[name] for name in product):
                return _words(parameter, product, count, sizes)
    return ""


def _words(parameter: ParameterInfo, product: tuple[str, ...], count: int, sizes: Sizes) -> str:
    at = ", ".join(f"{name} = {value}" for name, value in sizes.items())
    return (
        f"the source may be wrong: '{parameter.name}' is accessed past {' * '.join(product)} elements"
        f" ({count} at {at}), and nothing says that it has more"
    )


def _footprints(source: ir.Module, unit: side.Unit, sizes: Sizes) -> dict[int, int]:
    """Elements that are touched of each buffer whose size nothing states; none where the model cannot tell."""
    try:
        outcome = side.run(source, unit, [p.name for p in unit.parameters], sizes, {}, Budget.of_work(SECONDS))
    except (XpilerError, Defect, OutOfTime, RecursionError):
        return {}
    return {i: n // side.element_size(outcome.buffers[i]) for i, (n, stated) in outcome.extents().items() if n and not stated}


def _product(rows: list[Sizes], counts: list[int | None], names: list[str]) -> tuple[str, ...]:
    """The sizes whose product the footprint is at all rows; empty where it is no such product."""
    subsets = (subset for length in range(1, len(names) + 1) for subset in itertools.combinations(names, length))
    fitting = (s for s in subsets if all(math.prod(row[n] for n in s) == count for row, count in zip(rows, counts, strict=True)))
    return next(fitting, ())
