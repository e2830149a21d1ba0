"""Buffers whose size nothing states, and that a source accesses past what its sizes say: a tail that was forgotten, perhaps.

At sizes that are multiples of every tile, a buffer's footprint is the product of some of the kernel's sizes. Where it is more than that
product at other sizes, the source relies on padding, or on sizes that it does not check.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from mlir import ir

from xpiler.diagnostics import Place, XpilerError
from xpiler.verify import signature
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.defects.rows import holds
from xpiler.verify.model.program import place_of

TILE = 4096  # a multiple of any block, vector or piece
ROUND = ((1, 2, 3, 5, 7, 11), (13, 1, 2, 3, 5, 17))
UNEVEN = ((7, 13, 5, 3, 11, 17), (67, 131, 35, 19, 21, 37))
REACHED = "xpiler.reached"  # names of the parameters whose extents are footprints


def overruns(shared: ir.Module, path: str, assumptions: Sequence[str] = ()) -> list[SourceDefect]:
    """Possible overruns of a source in shared form, none of them definite."""
    kernels = [signature.kernel(shared, name) for name in signature.functions(shared, "xpiler.kernel")]
    return [found for kernel in kernels for found in _of_kernel(kernel, path, assumptions)]


def _of_kernel(kernel: signature.Callable, path: str, assumptions: Sequence[str]) -> list[SourceDefect]:
    attributes = kernel.function.attributes
    reached = [ir.StringAttr(name).value for name in attributes[REACHED]] if REACHED in attributes else []
    names = [p.name for p in kernel.parameters if not p.is_pointer and "int" in p.dtype]
    where = Place(path, *_position(kernel.function))
    found = [(name, _overrun(kernel, name, names, assumptions)) for name in reached]
    return [SourceDefect("bounds", _words(name, past[1]), where, past[0]) for name, past in found if past is not None]


def _words(name: str, product: tuple[str, ...]) -> str:
    return f"'{name}' is accessed past {' * '.join(product)} elements, and nothing says that it has more"


def _overrun(
    kernel: signature.Callable, pointer: str, names: list[str], assumptions: Sequence[str]
) -> tuple[Sizes, tuple[str, ...]] | None:
    """Sizes at which the footprint is more than the product that it is at round ones, with that product."""
    try:
        product = _product(kernel, pointer, names)
        for row in UNEVEN:
            sizes = {name: row[k % len(row)] for k, name in enumerate(names)}
            allowed = product is not None and all(holds(text, sizes) for text in assumptions)
            if allowed and kernel.extents(sizes)[pointer] > math.prod(sizes[name] for name in product):
                return sizes, product
    except (XpilerError, ZeroDivisionError):
        pass
    return None


def _product(kernel: signature.Callable, pointer: str, names: list[str]) -> tuple[str, ...] | None:
    """The sizes whose product the footprint is at multiples of every tile; None where it is no such product."""
    rows = [{name: TILE * row[k % len(row)] for k, name in enumerate(names)} for row in ROUND]
    elements = [kernel.extents(sizes)[pointer] for sizes in rows]
    subsets = (subset for count in range(1, len(names) + 1) for subset in itertools.combinations(names, count))
    for subset in subsets:
        if all(math.prod(sizes[name] for name in subset) == n for sizes, n in zip(rows, elements, strict=True)):
            return subset
    return None


def _position(function: ir.Operation) -> tuple[int, int]:
    """Line and column of a function."""
    *_, line, column = ("", "0", "0") if not place_of(function) else place_of(function).rsplit(":", 2)
    return int(line), int(column)
