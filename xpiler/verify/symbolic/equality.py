"""Equality of expressions as functions on a domain, with multiplicity.

Sums of products are compared by cancelling equal products; what is left over is compared as weighted sets: each sum is a
function from addresses to the number of times a product of elements at these addresses is added.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

from xpiler.verify.symbolic.expressions import (
    Atom,
    Exponential,
    Factors,
    Function,
    Item,
    Leaf,
    Maximum,
    Monomial,
    Number,
    Poly,
    Recurrence,
    Sum,
    scaled,
    shape,
    shape_of,
    single_atom,
    substituted,
    substituted_factors,
)
from xpiler.verify.symbolic.sets import Set, equal_on, far_point, name, only_point, same, substitute_in_set
from xpiler.verify.symbolic.weights import points_like, split_sum

MOST_PERMUTED = 4


def equal(a: Poly, b: Poly, domain: Set) -> bool:
    """Whether two expressions are equal in all of a domain."""
    if any(isinstance(of, Function) and of.name == "infinity" for m in (*a, *b) for of, _ in m.factors):
        return False
    rest = cancelled((*a, *scaled(b, -1)), domain)
    return not rest or _weights_cancel(rest, domain)


def alike(a: Poly, b: Poly, domain: Set) -> bool:
    """Whether two expressions have the same terms: infinities too, which nothing may be subtracted from."""
    rest = list(b)
    for term in a:
        found = next((o for o in rest if o.coefficient == term.coefficient and equal_factors(term.factors, o.factors, domain)), None)
        if found is None:
            return False
        rest.remove(found)
    return not rest


def cancelled(value: Poly, domain: Set) -> Poly:
    """Like terms added; those that add up to nothing, and sums over nothing, left out."""
    found: list[Monomial] = []
    pending = list(value)
    while pending:
        term = pending.pop(0)
        if any(isinstance(a, Sum) and a.domain.is_disjoint(domain) for a, _ in term.factors):
            continue
        only = _only_member(term, domain)
        if only is not None:
            pending = [*scaled(only, term.coefficient), *pending]
            continue
        term = Monomial(term.coefficient, tuple((_simple(a, domain), p) for a, p in term.factors))
        for i, known in enumerate(found):
            if equal_factors(known.factors, term.factors, domain):
                found[i] = Monomial(known.coefficient + term.coefficient, known.factors)
                break
        else:
            found.append(term)
    return tuple(m for m in found if m.coefficient)


def _only_member(term: Monomial, domain: Set) -> Poly | None:
    """The value of a maximum that has one member on the domain."""
    if len(term.factors) != 1 or term.factors[0][1] != 1 or not isinstance(term.factors[0][0], Maximum):
        return None
    items = [i for i in term.factors[0][0].items if not i.domain.is_disjoint(domain)]
    return only_value(items[0], domain) if len(items) == 1 else None


def only_value(item: Item, domain: Set) -> Poly | None:
    """The value of an item that has exactly one member everywhere in a domain."""
    if not item.bound:
        return item.value if domain.is_subset(item.domain) else None
    point = only_point(item.bound, item.domain, domain)
    return substituted(item.value, point) if point is not None else None


def _simple(of: Atom, domain: Set) -> Atom:
    """A maximum without items that have no member on the domain; one of a single atom is that atom."""
    if not isinstance(of, Maximum):
        return of
    items = tuple(i for i in of.items if not i.domain.is_disjoint(domain))
    only = single_atom(items[0].value) if len(items) == 1 and not items[0].bound and domain.is_subset(items[0].domain) else None
    return only if only is not None else Maximum(items) if len(items) < len(of.items) else of


def equal_factors(a: Factors, b: Factors, domain: Set) -> bool:
    """Whether two products have equal factors, in any order."""
    if len(a) != len(b) or shape(a) != shape(b):
        return False
    if not a:
        return True
    (first, power), *rest = a
    for i, (other, its_power) in enumerate(b):
        if power == its_power and equal_atoms(first, other, domain) and equal_factors(tuple(rest), b[:i] + b[i + 1 :], domain):
            return True
    return False


def equal_atoms(a: Atom, b: Atom, domain: Set) -> bool:
    """Whether two atoms are the same function on a domain."""
    if a is b:
        return True
    match a, b:
        case Leaf(), Leaf():
            return a.buffer == b.buffer and len(a.index) == len(b.index) and _all_equal(a.index, b.index, domain)
        case Number(), Number():
            return equal_on(a.value, b.value, domain)
        case Function(), Function():
            return (
                a.name == b.name
                and len(a.arguments) == len(b.arguments)
                and all(map(lambda x, y: equal(x, y, domain), a.arguments, b.arguments))
            )
        case Exponential(), Exponential():
            return equal_factors(a.factors, b.factors, domain)
        case Sum(), Sum():
            return _equal_sums(a, b, domain)
        case Maximum(), Maximum():
            return _equal_items(list(a.items), list(b.items), domain)
        case Recurrence(), Recurrence():
            return a.write is b.write and _all_equal(a.instance, b.instance, domain)
    return False


def _all_equal(a: tuple, b: tuple, domain: Set) -> bool:
    return all(equal_on(x, y, domain) for x, y in zip(a, b, strict=True))


def renamings(bound: tuple[str, ...], others: tuple[str, ...]):
    """Ways to call the bound coordinates of one sum those of another."""
    if len(bound) != len(others):
        return
    if len(bound) > MOST_PERMUTED:
        yield {o: name(b) for o, b in zip(others, bound, strict=True)}
        return
    for order in itertools.permutations(bound):
        yield {o: name(b) for o, b in zip(others, order, strict=True)}


def _equal_sums(a: Sum, b: Sum, domain: Set) -> bool:
    """One iteration space, the same product everywhere in it."""
    if shape(a.factors) != shape(b.factors):
        return False
    for renaming in renamings(a.bound, b.bound):
        theirs = substitute_in_set(b.domain, renaming)
        if not _are_same_at(far_point(domain), a.domain, theirs):
            continue
        space, other = domain.intersect_params(a.domain), domain.intersect_params(theirs)
        if same(space, other) and equal_factors(a.factors, substituted_factors(b.factors, renaming), space):
            return True
    return False


def _are_same_at(point: Set, a: Set, b: Set) -> bool:
    """Whether two sets do not differ at a point of the coordinates that are not bound: what is not the same there is not anywhere."""
    return a.intersect_params(point).is_equal(b.intersect_params(point))


def same_body(a: Factors, a_bound: tuple[str, ...], a_domain: Set, b: Factors, b_bound: tuple[str, ...], b_domain: Set, domain: Set):
    """The second domain in the first one's names, where both have one product on both domains; else None."""
    if shape(a) != shape(b):
        return None
    for renaming in renamings(a_bound, b_bound):
        other = substitute_in_set(b_domain, renaming)
        if equal_factors(a, substituted_factors(b, renaming), domain.intersect_params(a_domain.union(other))):
            return other
    return None


def _equal_items(a: list[Item], b: list[Item], domain: Set) -> bool:
    """Each item has one of the same range on the other side: repetition does not matter to a maximum."""
    if len(a) != len(b):
        return False
    rest = list(b)
    for item in a:
        match = next((o for o in rest if equal_ranges(item, o, domain)), None)
        if match is None:
            return False
        rest.remove(match)
    return True


def equal_ranges(a: Item, b: Item, domain: Set) -> bool:
    """Whether two items have the same members."""
    if shape_of(a.value) != shape_of(b.value):
        return False
    for renaming in renamings(a.bound, b.bound):
        space = domain.intersect_params(a.domain)
        other = domain.intersect_params(substitute_in_set(b.domain, renaming))
        if same(space, other) and equal(a.value, substituted(b.value, renaming), space):
            return True
    return False


def _weights_cancel(rest: Poly, domain: Set) -> bool:
    """Whether for each product of elements the numbers of times it is added cancel, address by address."""
    groups: list[tuple[Factors, Sum, list[tuple[Fraction, Set]]]] = []
    singles = [term for term in rest if split_sum(term) is None]
    for term in rest:
        split = split_sum(term)
        if split is not None and not any(_joins(group, term.coefficient, *split, domain) for group in groups):
            groups.append((*split, [(term.coefficient, split[1].domain)]))
    if not all(any(_contains(group, term, domain) for group in groups) for term in singles):
        return False
    return all(_adds_up_to_nothing(members, domain) for *_, members in groups)


def _joins(group: tuple, coefficient: Fraction, outside: Factors, total: Sum, domain: Set) -> bool:
    known, first, members = group
    if not equal_factors(known, outside, domain):
        return False
    space = same_body(first.factors, first.bound, first.domain, total.factors, total.bound, total.domain, domain)
    if space is not None:
        members.append((coefficient, space))
    return space is not None


def _contains(group: tuple, term: Monomial, domain: Set) -> bool:
    """A product outside of any sum as one more point of a sum."""
    outside, model, members = group
    for point in points_like(term, model):
        if len(point) == len(model.bound) and equal_factors(term.factors, (*outside, *substituted_factors(model.factors, point)), domain):
            space = domain
            for of, value in point.items():
                space = space.intersect_params(name(of).eq_set(value))
            members.append((term.coefficient, space))
            return True
    return False


def _adds_up_to_nothing(members: list[tuple[Fraction, Set]], domain: Set) -> bool:
    """Whether every point has the weight zero: asked at one point of the domain first, where nearly all that do not add up show it."""
    return all(_weights_vanish(members, where) for where in (far_point(domain), domain))


def _weights_vanish(members: list[tuple[Fraction, Set]], domain: Set) -> bool:
    weights: list[tuple[Fraction, Set]] = []
    for coefficient, space in members:
        rest, updated = space.intersect_params(domain), []
        for known, where in weights:
            both = where.intersect_params(rest)
            updated += [(known, where.subtract(both)), (known + coefficient, both)]
            rest = rest.subtract(both)
        weights = [(c, s.coalesce()) for c, s in [*updated, (coefficient, rest)] if not s.is_empty()]
    return all(c == 0 for c, _ in weights)
