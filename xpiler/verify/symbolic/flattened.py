"""Nests over rows and columns that are told by one number, where the other program takes the array in one dimension.

Elements [i][j] of a nest that comes to all of them are elements f = i*cols + j with 0 <= f < rows*cols, each once
(`lemmas.row_major_is_one_to_one`). Where instances are told by the element and nothing asks for a row or a column by itself, f is the
coordinate. Numbers are parallel then: races are looked for between any two of them, so that the order of the nest is of no consequence.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from xpiler.verify.symbolic import digits, flat
from xpiler.verify.symbolic.digits import without
from xpiler.verify.symbolic.integers import Int, Monomial, Symbols
from xpiler.verify.symbolic.program import LANE, Access, Array, Group, Trace
from xpiler.verify.symbolic.sets import (
    Set,
    as_relation,
    equal_on,
    fresh,
    name,
    number,
    only_tuple,
    project_out,
    same,
    within,
)


def flatten(traces: list[Trace], arrays: list[Array], symbols: Symbols, box: Set) -> None:
    """Tells all nests over an array's rows by numbers, where some access takes more than a row in one dimension."""
    copied = {id(a) for trace in traces for *_, read, write in trace.copies for a in (read, write)}
    accesses = [a for trace in traces for a in trace.accesses if a.array in arrays and id(a) not in copied]
    units = sorted({m for a in accesses for m in a.index.parts if m}, key=len)
    if not units or not any(_is_longer(a, units[0], symbols, box) for a in accesses):
        return
    rows = [a for a in accesses if any(m and not part.is_cst() for m, part in a.index.parts.items())]
    found = [(nest, _whole(nest, symbols, box)) for trace in traces for nest in _nests(trace, rows)]
    if all(any(a is other for nest, whole in found if whole is not None for other in nest) for a in rows):
        for nest, whole in found:
            _flatten(nest, whole, symbols, box)


def _is_longer(access: Access, row: Monomial, symbols: Symbols, box: Set) -> bool:
    """Whether an access in one dimension is not shown to stay within a row."""
    if set(access.index.parts) != {()}:
        return False
    at, extent = access.index.parts[()], symbols.amount(row)
    return not access.domain.intersect_params(box).is_subset(at.ge_set(number(0)).intersect(at.lt_set(extent)))


def _nests(trace: Trace, rows: list[Access]) -> Iterator[list[Access]]:
    """All accesses of each scope in which there are some by rows; no scope of which a part has other coordinates."""
    for dims in dict.fromkeys(a.dims for a in rows if any(a is other for other in trace.accesses)):
        names = set(dims) - {LANE}
        nest = [a for a in trace.accesses if names & set(a.dims)]
        if nest and LANE not in dims and all(a.dims == dims for a in nest) and not any(names & set(b.dims) for b in trace.barriers):
            yield nest


def _whole(nest: list[Access], symbols: Symbols, box: Set) -> Monomial | None:
    """How many elements a nest comes to, if it comes to all elements of so many, each once, and nothing in it asks for less than that."""
    first, dims = nest[0], set(nest[0].dims)
    domain = first.domain.intersect_params(box)
    index = next(a.index for a in nest if len(a.index.parts) > 1)
    seen: set[int] = set()
    if first.shares or any(a.groups != first.groups or not a.domain.is_equal(first.domain) for a in nest):
        return None
    if any(set(a.array.owner) & dims or a.moved or flat.mentions(a.term, dims, seen) for a in nest):
        return None
    if any(not _is_at(a.index, index, domain) and digits.mentioned(a.index) & dims for a in nest):
        return None
    return _elements(index, first.dims, domain, symbols)


def _flatten(nest: list[Access], whole: Monomial, symbols: Symbols, box: Set) -> None:
    """The nest, told by numbers."""
    of, dims = fresh("flat"), set(nest[0].dims)
    somewhere = project_out(nest[0].domain.intersect_params(box), list(nest[0].dims))
    inside = somewhere.intersect_params(within(of, symbols.amount(whole)))
    group = Group((of,), ())
    for access in nest:
        if digits.mentioned(access.index) & dims:
            access.index = Int.of(name(of))
        access.time = _time(access.time, dims, of)
        access.dims, access.domain, access.threads, access.groups = (of,), inside, (), (group,)


def _is_at(one: Int, other: Int, domain: Set) -> bool:
    """Whether two accesses are to elements of one place."""
    return set(one.parts) == set(other.parts) and all(equal_on(part, other.parts[m], domain) for m, part in one.parts.items())


def _elements(index: Int, dims: tuple[str, ...], domain: Set, symbols: Symbols) -> Monomial | None:
    """How many elements there are, if instances come to all of them, each once."""
    units = sorted(index.parts, key=len, reverse=True)
    ratios = [without(big, small) for big, small in itertools.pairwise(units)]
    if units[-1] or None in ratios:
        return None
    names = [fresh("o") for _ in units]
    graph = domain
    for of, unit in zip(names, units, strict=True):
        graph = graph.intersect_params(name(of).eq_set(index.parts[unit]))
    if not only_tuple(as_relation("", list(dims), graph).reset_tuple_id()):
        return None
    image = project_out(graph, list(dims))
    inner = project_out(image, names)
    for of, ratio in zip(names[1:], ratios, strict=True):
        inner = inner.intersect_params(within(of, symbols.amount(ratio)))
    for rows in [(size,) for size in symbols.sizes] + list(symbols.products):
        if same(image, inner.intersect_params(within(names[0], symbols.amount(rows)))):
            return tuple(sorted((*rows, *units[0])))
    return None


def _time(time: tuple[int | str, ...], dims: set[str], of: str) -> tuple[int | str, ...]:
    """A moment in which one number stands for all coordinates."""
    at = next((i for i, place in enumerate(time) if place in dims), len(time) - 1)
    return (*time[:at], of, *(0 if place in dims else place for place in time[at:]))
