"""The sizes that a proof holds for: in words, and as a set that can be narrowed to what another proof holds for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import islpy as isl

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.integers import Monomial
from xpiler.verify.symbolic.sets import EVERYWHERE, PARAM, Set, coordinates, name, number, project_out

if TYPE_CHECKING:
    from xpiler.verify.symbolic.proof import Comparison

NARROWER = 4  # times fewer sizes than the source takes are worth a word
Bounds = tuple[int | None, int | None]


def scope(comparison: Comparison) -> str:
    """The box of sizes, in words."""
    box = project_out(comparison.box.sizes, list(comparison.symbols.quotients)).coalesce()
    bounds = {of: found for of in comparison.symbols.sizes if (found := _bounds(box, of)) is not None}
    stated = {of: found for of, found in bounds.items() if comparison.any_number.get(of) != found}
    within = [f"{low} <= {of.removeprefix('p_')} <= {high}" for of, (low, high) in stated.items()]
    products = {m: found for m in _of_sizes(comparison) if (found := _bounds(box, comparison.symbols.products[m])) is not None}
    whole = _of_bounds(bounds | {comparison.symbols.products[m]: found for m, found in products.items()})
    is_told = whole.is_subset(box)
    if is_told:
        within += [words for m, found in products.items() if (words := _of_product(m, found, bounds))]
    words = "all sizes" + (f" with {', '.join(within)}" if within else "")
    if not is_told:
        words += f", of these {str(box).replace('p_', '')}"
    strides = sorted({_written(m) for m in comparison.box.products if all(s.startswith("p_") for s in m)})
    width = "64-bit" if any(map(comparison.symbols.is_wide, comparison.box.products)) else "32-bit"
    return words + (f", where no {width} subscript with a stride of {' or '.join(strides)} overflows" if strides else "")


def _of_sizes(comparison: Comparison) -> list[Monomial]:
    """The products of sizes that have a coordinate."""
    return [m for m in comparison.symbols.products if all(of in comparison.symbols.sizes for of in m)]


def _written(monomial: Monomial) -> str:
    return "*".join(s.removeprefix("p_") for s in monomial)


def _of_product(monomial: Monomial, found: Bounds, bounds: dict[str, Bounds]) -> str:
    """What is told of a product of sizes beyond that it is one: of positive sizes it is positive."""
    low, high = found
    if low is not None and low <= 1 and all((bounds.get(of, (None, None))[0] or 0) >= 1 for of in monomial):
        low = None
    words = _written(monomial)
    if low is None and high is None:
        return ""
    return (f"{low} <= " if low is not None else "") + words + (f" <= {high}" if high is not None else "")


def narrowed(comparison: Comparison) -> dict[str, int]:
    """The sizes of which the output takes at most a part that the source takes: what rounds up to a block costs nothing to speak of."""
    quotients = list(comparison.symbols.quotients)
    boxes = [project_out(box, quotients) for box in (comparison.sizes_of_source, comparison.box.sizes)]
    found = {}
    for of in comparison.symbols.sizes:
        bounds = [_bounds(box, of) for box in boxes]
        if None not in bounds and None not in (bounds[0][1], bounds[1][1]) and bounds[0][1] >= NARROWER * bounds[1][1]:
            found[of.removeprefix("p_")] = bounds[1][1]
    return found


def _of_bounds(bounds: dict[str, Bounds]) -> Set:
    """All sizes within their bounds."""
    whole = EVERYWHERE
    for of, (low, high) in bounds.items():
        if low is not None:
            whole = whole.intersect_params(name(of).ge_set(number(low)))
        if high is not None:
            whole = whole.intersect_params(name(of).le_set(number(high)))
    return whole


def _bounds(box: Set, of: str) -> Bounds | None:
    """The least and the largest value of a size, where there are such."""
    at = box.find_dim_by_name(PARAM, of)
    if at < 0:
        return None
    points = Set.from_params(box).move_dims(isl.dim_type.set, 0, PARAM, at, 1)
    points = points.project_out(PARAM, 0, points.dim(PARAM))
    low, high = points.dim_min_val(0), points.dim_max_val(0)
    return (low.to_python() if low.is_int() else None, high.to_python() if high.is_int() else None)


def carried(comparison: Comparison) -> tuple[str, tuple[Monomial, ...]]:
    """The set of sizes as text, and the strides whose subscripts do not overflow.

    No text where that is said of anything else than sizes and their products: other names mean nothing to another proof.
    """
    box = project_out(comparison.box.sizes, list(comparison.symbols.quotients)).coalesce()
    known = {*comparison.symbols.sizes, *(comparison.symbols.products[m] for m in _of_sizes(comparison))}
    strides = tuple(sorted(comparison.box.products))
    is_of_sizes = coordinates(box) <= known and all(of in comparison.symbols.sizes for m in strides for of in m)
    return (str(box.drop_unused_params()) if is_of_sizes else "", strides)


def narrow(comparison: Comparison, other: tuple[str, tuple[Monomial, ...]]) -> None:
    """Takes the sizes out that another proof does not hold for. The names of products of sizes mean the same in both."""
    text, products = other
    if not text or not carried(comparison)[0]:
        raise NotModelled("the launchers of the output launch differently, and hold for different sizes")
    comparison.box.sizes = comparison.box.sizes.intersect_params(Set.read_from_str(isl.DEFAULT_CONTEXT, text)).coalesce()
    comparison.box.products |= set(products)
