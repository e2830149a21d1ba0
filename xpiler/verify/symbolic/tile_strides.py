"""Rows in on-chip memory as long as the tile that is under way: `k * n + l` where n is the width of the last tile too.

A product of two coordinates is an address by a stride that one iteration of the loops around does not change, as a size is. An array
with such a stride is taken to belong to the iteration: what an iteration reads without having written it is unknown then, whatever an
earlier one left there, so that nothing is shown of a program that asks for it. All accesses to an instance of the array have one stride.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.integers import Int, Symbols
from xpiler.verify.symbolic.program import LANE, Access, Array
from xpiler.verify.symbolic.sets import PwAff, Set, coordinates, holds, number

if TYPE_CHECKING:
    from xpiler.verify.symbolic.walker import Walker

MOST = 1 << 15  # of a stride and of what it is multiplied by: their product is far from leaving 32 bits


def product(w: Walker, a: Int, b: Int) -> Int | None:
    """A coordinate times the stride of the scope around it; None of other products."""
    values = [v.parts[()] for v in (a, b) if set(v.parts) == {()}]
    if len(values) < 2:
        return None
    depths = [_depth(w, value) for value in values]
    if None in depths or depths[0] == depths[1]:
        return None
    stride, inner = values if depths[0] < depths[1] else reversed(values)
    domain = w.domain.intersect_params(w.box.sizes)
    if not all(_is_small(value, domain) for value in (stride, inner)):
        return None
    return Int({(w.symbols.stride(stride),): inner})


def _depth(w: Walker, value: PwAff) -> int | None:
    """The place of the innermost loop that a value depends on."""
    among = [of for of in coordinates(value) if not w.symbols.is_size(of)]
    return max(w.dims.index(of) for of in among) if among and all(of in w.dims for of in among) else None


def parted(w: Walker, value: Int) -> tuple[int, Int]:
    """How much products of strides of tiles add to an integer at most, and the rest of it."""
    rest, most = dict(value.parts), 0
    for monomial in value.parts:
        if w.symbols.strides.intersection(monomial):
            most += _most(w, monomial, rest.pop(monomial))
    return most, Int(rest) if most else value


def _most(w: Walker, monomial: tuple[str, ...], part: PwAff) -> int:
    """The largest value of a coordinate times a stride, which is not negative."""
    domain = w.domain.intersect_params(w.box.sizes)
    factors = [part, *(w.symbols.value(symbol) for symbol in monomial)]
    if len(factors) > 2 or not all(_is_small(factor, domain) for factor in factors):
        raise NotModelled("a product of two coordinates")
    return max(math.prod(int(factor.intersect_params(domain).max_val().to_python()) for factor in factors), 1)


def _is_small(value: PwAff, domain: Set) -> bool:
    return holds(value.ge_set(number(0)).intersect(value.lt_set(number(MOST))), domain)


def settle(arrays: list[Array], accesses: list[Access], symbols: Symbols) -> None:
    """Gives arrays with strides of tiles to the iterations that these are of. NotModelled where they outlive these."""
    for array in arrays:
        mine = [a for a in accesses if a.array is array]
        strides = {s for a in mine for m in a.index.parts for s in m if s in symbols.strides}
        if not strides:
            continue
        if array.parameter is not None or array.device or len(arrays) > 1:
            raise NotModelled("a product of two coordinates")
        array.owner = (*array.owner, *(of for of in _around(mine) if of not in array.owner))
        among = set().union(*(coordinates(symbols.value(s)) for s in strides))
        if not all(of in array.owner or symbols.is_size(of) for of in among):
            raise NotModelled("rows of a tile in memory that outlives it")


def _around(accesses: list[Access]) -> tuple[str, ...]:
    """The loops around all accesses to an array, up to the first whose iterations are parallel and share it."""
    found: list[str] = []
    parallel = {of for a in accesses for g in a.groups for of in g.dims} - set(accesses[0].array.owner)
    for names in zip(*(a.dims for a in accesses), strict=False):
        if len(set(names)) > 1 or names[0] in parallel or names[0] == LANE:
            break
        found.append(names[0])
    return tuple(found)


def rows_of(extent: int, stride: PwAff) -> PwAff:
    """How many rows of any tile an array surely has."""
    most = stride.max_val()
    if not most.is_int():
        raise NotModelled("rows of a tile of any length")
    return number(extent // max(most.to_python(), 1))
