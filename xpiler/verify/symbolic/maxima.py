"""Maxima over members that a range and a value give: ranges of one value are united, and repetition does not matter.

max is associative, commutative and idempotent; min(a, b) = -max(-a, -b); minus infinity is below everything.
"""

from __future__ import annotations

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.algebra import has_infinity
from xpiler.verify.symbolic.equality import equal, only_value, renamings
from xpiler.verify.symbolic.expressions import (
    Item,
    Maximum,
    Poly,
    Sum,
    atom,
    constant,
    number_of,
    scaled,
    shape_of,
    single_atom,
    substituted,
    tidy,
)
from xpiler.verify.symbolic.sets import EVERYWHERE, Set, name, substitute_in_set, union
from xpiler.verify.symbolic.weights import by_address, points_like

# Of the pieces of two domains of a maximum that are united: what takes more takes seconds, and comes to no end. The last shuffle of a wave
# of 64 lanes unites 32 with 32.
MOST_PAIRS = 32 * 32


def maximum(items: list[Item], domain: Set) -> Poly:
    """The maximum over all members: flattened, ranges of one body united, repetition ignored."""
    found: list[Item] = []
    for item in _above_minus_infinity(items):
        inner = single_atom(item.value)
        if isinstance(inner, Maximum):
            for member in inner.items:
                _unite(found, Item((*item.bound, *member.bound), item.domain.intersect_params(member.domain), member.value), domain)
        else:
            _unite(found, item, domain)
    found = [i for i in found if not i.domain.intersect_params(domain).is_empty()]
    only = only_value(found[0], domain) if len(found) == 1 else None
    if only is not None:
        return only
    return atom(Maximum(tuple(found)))


def _above_minus_infinity(items: list[Item]) -> list[Item]:
    """The items without those that are minus infinity."""
    kept = [i for i in items if not has_infinity(i.value)]
    if not kept or any(m.coefficient > 0 for i in items if has_infinity(i.value) for m in i.value):
        raise NotModelled("the maximum with an infinity")
    return kept


def _unite(found: list[Item], item: Item, domain: Set) -> None:
    if item.bound:
        space = item.domain.intersect_params(domain)
        value, bound, space = by_address(tidy(item.value, space), item.bound, space, idempotent=True)
        item = Item(bound, space, value)
    for i, known in enumerate(found):
        model, other = (item, known) if item.bound and not known.bound else (known, item)
        if model.domain.n_basic_set() * other.domain.n_basic_set() > MOST_PAIRS:
            raise NotModelled("a maximum over too many pieces")
        space = _same_value(model, other, domain)
        if space is not None:
            whole = union(domain.intersect_params(model.domain), domain.intersect_params(space), model.bound)
            found[i] = Item(model.bound, whole, model.value)
            return
    found.append(item)


def _same_value(a: Item, b: Item, domain: Set) -> Set | None:
    """The second item's domain in the first one's names, where both have one body or the second is one point of the first."""
    if a.bound and not b.bound:
        return _as_point(a, b, domain)
    if shape_of(a.value) != shape_of(b.value):
        return None
    for renaming in renamings(a.bound, b.bound):
        space = substitute_in_set(b.domain, renaming)
        if equal(a.value, substituted(b.value, renaming), domain.intersect_params(a.domain.union(space))):
            return space
    return None


def _as_point(model: Item, single: Item, domain: Set) -> Set | None:
    if len(model.value) != 1 or len(single.value) != 1:
        return None
    for point in points_like(single.value[0], Sum(model.bound, model.domain, model.value[0].factors)):
        here = domain.intersect_params(single.domain)
        if len(point) == len(model.bound) and equal(single.value, substituted(model.value, point), here):
            for of, value in point.items():
                here = here.intersect_params(name(of).eq_set(value))
            return here
    return None


def larger(a: Poly, b: Poly, domain: Set) -> Poly:
    """max(a, b); minus infinity is below everything."""
    if has_infinity(a) or has_infinity(b):
        rest = [v for v in (a, b) if not has_infinity(v)]
        if any(m.coefficient > 0 for v in (a, b) if has_infinity(v) for m in v):
            raise NotModelled("the maximum with an infinity")
        return rest[0] if rest else a
    x, y = number_of(a), number_of(b)
    if x is not None and y is not None:
        return constant(max(x, y))
    return maximum([Item((), EVERYWHERE, a), Item((), EVERYWHERE, b)], domain)


def smaller(a: Poly, b: Poly, domain: Set) -> Poly:
    """min(a, b) = -max(-a, -b)."""
    return scaled(larger(scaled(a, -1), scaled(b, -1), domain), -1)
