"""Sums over addresses: the canonical bound coordinates of a sum are the subscripts of what its body reads.

A change of coordinates keeps a sum only if it is one-to-one; that is checked here, for every sum. For a maximum it is enough that
the body is a function of the addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from xpiler.verify.symbolic.expressions import (
    Factors,
    Leaf,
    Monomial,
    Number,
    Poly,
    Sum,
    atoms,
    depends_on,
    rebuilt,
    substituted,
    tidy,
)
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    PARAM,
    PwAff,
    Set,
    as_relation,
    coordinates,
    equal_on,
    fresh,
    functions,
    mentions,
    name,
    only_tuple,
    project_out,
    substitute,
    substitute_in_set,
)

ONE = Fraction(1)
MOST_CANDIDATES = 16


def addresses(factors: Factors, bound: tuple[str, ...], domain: Set) -> list[PwAff]:
    """The different integers in a product that depend on bound coordinates, in an order that names no coordinate."""
    found: list[tuple[str, PwAff]] = []
    for of in atoms(factors):
        values = of.index if isinstance(of, Leaf) else (of.value,) if isinstance(of, Number) else ()
        label = of.buffer if isinstance(of, Leaf) else ""
        for i, value in enumerate(values):
            if coordinates(value) & set(bound) and not any(v is value or equal_on(v, value, domain) for _, v in found):
                found.append((f"{label}[{i}]", value))
    return [value for _, value in sorted(found, key=lambda pair: pair[0])]


def is_one_to_one(values: list[PwAff], bound: tuple[str, ...], domain: Set) -> bool:
    """Whether different values of the bound coordinates have different addresses: everywhere or, which is dearer to ask, on the domain."""
    return _are_told_by(values, bound) or _have_own_addresses(values, bound, domain)


def _are_told_by(values: list[PwAff], bound: tuple[str, ...]) -> bool:
    """Whether the addresses alone determine the bound coordinates, wherever these are."""
    names = [fresh("h") for _ in values]
    graph = EVERYWHERE
    for of, address in zip(names, values, strict=True):
        graph = graph.intersect_params(name(of).eq_set(address))
    points = as_relation("", list(bound), graph).reset_tuple_id()
    return len(values) >= len(bound) and graph.n_basic_set() == 1 and only_tuple(points)


def _have_own_addresses(values: list[PwAff], bound: tuple[str, ...], domain: Set) -> bool:
    others = {of: fresh("b") for of in bound}
    renaming = {of: name(o) for of, o in others.items()}
    pairs = domain.intersect_params(substitute_in_set(domain, renaming))
    for value in values:
        pairs = pairs.intersect_params(value.eq_set(substitute(value, renaming)))
    return all(pairs.intersect_params(name(of).ne_set(name(o))).is_empty() for of, o in others.items())


def by_address(
    value: Poly, bound: tuple[str, ...], domain: Set, idempotent: bool, beside: Iterable[PwAff] = ()
) -> tuple[Poly, tuple[str, ...], Set]:
    """The same members, counted by the addresses they read instead of by the iterations that read them.

    Where these do not tell the iterations apart (a sum of ones), the integers `beside` them may.
    """
    values: list[PwAff] = []
    for m in value:
        values += [v for v in addresses(m.factors, bound, domain) if not any(equal_on(v, k, domain) for k in values)]
    values, tells = _telling(values, beside, bound, domain)
    names = tuple(fresh("h") for _ in values)
    graph = domain
    for of, address in zip(names, values, strict=True):
        graph = graph.intersect_params(name(of).eq_set(address))
    replaced = _with_addresses(value, values, names, domain, set(bound))
    is_left = any(depends_on(a, set(bound)) for m in replaced for a, _ in m.factors)
    if (is_left or not idempotent) and not tells:
        return value, bound, domain
    if is_left:
        inverse = {of: _function(of, [b for b in bound if b != of], graph) for of in bound}
        replaced = substituted(replaced, inverse)
    return replaced, names, project_out(graph, bound).coalesce()


def _telling(values: list[PwAff], beside: Iterable[PwAff], bound: tuple[str, ...], domain: Set) -> tuple[list[PwAff], bool]:
    """The addresses, with as many of the integers beside them as it takes to tell the bound coordinates apart, and whether they do."""
    found = list(values)
    if is_one_to_one(found, bound, domain):
        return found, True
    for value in beside:
        if any(equal_on(value, known, domain) for known in found):
            continue
        found.append(value)
        if is_one_to_one(found, bound, domain):
            return found, True
    return values, False


def _with_addresses(value: Poly, values: list[PwAff], names: tuple[str, ...], domain: Set, bound: set[str]) -> Poly:
    def integers(integer: PwAff) -> PwAff:
        if not coordinates(integer) & bound:
            return integer
        for address, of in zip(values, names, strict=True):
            if integer is address or equal_on(integer, address, domain):
                return name(of)
        return integer

    return rebuilt(value, integers, lambda s: s)


def _function(of: str, others: list[str], graph: Set) -> PwAff:
    """A coordinate that all coordinates but `others` determine."""
    points = as_relation("", [of], project_out(graph, others)).reset_tuple_id()
    return functions(points)[0]


def sum_over(bound: tuple[str, ...], domain: Set, term: Monomial, beside: Poly = ()) -> Monomial | None:
    """The sum of a product: what does not depend on the bound coordinates stays outside, an inner sum is merged.

    `beside` are the products that are summed together with it: what they read may name the coordinates of all.
    None where the domain is empty.
    """
    return _sum_over(bound, domain, term, beside, ())


def _sum_over(bound: tuple[str, ...], domain: Set, term: Monomial, beside: Poly, inner_bound: tuple[str, ...]) -> Monomial | None:
    if domain.is_empty():
        return None
    names = set(bound)
    (term,) = tidy((term,), domain)
    outside = tuple((a, p) for a, p in term.factors if not depends_on(a, names))
    inside = tuple((a, p) for a, p in term.factors if depends_on(a, names))
    inner = [a for a, p in inside if isinstance(a, Sum) and p == 1]
    if len(inner) == 1:
        domain = domain.intersect_params(inner[0].domain)
        inside = tuple((a, p) for a, p in inside if a is not inner[0]) + inner[0].factors
        whole = Monomial(term.coefficient, (*outside, *inside))
        return _sum_over((*bound, *inner[0].bound), domain, whole, beside, (*inner_bound, *inner[0].bound))
    others = _others(beside, inner_bound, bound, domain)
    ((changed,), bound, domain) = by_address((Monomial(ONE, inside),), bound, domain, idempotent=False, beside=others)
    if not bound:
        return Monomial(term.coefficient, (*outside, *changed.factors))
    return Monomial(term.coefficient, (*outside, (Sum(bound, domain.coalesce(), changed.factors), ONE)))


def _others(beside: Poly, inner: tuple[str, ...], bound: tuple[str, ...], domain: Set) -> Iterator[PwAff]:
    """Integers that may tell the coordinates of a sum apart: those of an inner sum (addresses already), what is read beside it."""
    yield from map(name, inner)
    for m in beside:
        yield from addresses(m.factors, bound, domain)


def splits(term: Monomial) -> list[tuple[Factors, Sum]]:
    """The ways to take a product as a sum of products: (factors outside, one of its sums)."""
    return [(tuple((a, p) for a, p in term.factors if a is not of), of) for of, power in term.factors if isinstance(of, Sum) and power == 1]


def split_sum(term: Monomial) -> tuple[Factors, Sum] | None:
    """A product with exactly one sum, as (factors outside, the sum)."""
    found = splits(term)
    return found[0] if len(found) == 1 else None


def points_like(term: Monomial, model: Sum) -> list[dict[str, PwAff]]:
    """Values of a sum's bound coordinates at which its body may be the product: what is read at the same places."""
    leaves = [a for a in atoms(term.factors) if isinstance(a, Leaf)]
    candidates: list[dict[str, PwAff]] = [{}]
    for of in model.bound:
        places = [
            (a.buffer, i) for a in atoms(model.factors) if isinstance(a, Leaf) for i, v in enumerate(a.index) if v.plain_is_equal(name(of))
        ]
        values = [a.index[i] for a in leaves for buffer, i in places[:1] if a.buffer == buffer and i < len(a.index)]
        candidates = [{**known, of: value} for known in candidates for value in values][:MOST_CANDIDATES]
    return candidates


__all__ = ["PARAM", "by_address", "mentions", "points_like", "split_sum", "splits", "sum_over"]
