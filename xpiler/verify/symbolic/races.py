"""What all sizes must be free of: accesses outside of arrays, and two parallel instances that meet in an element."""

from __future__ import annotations

import islpy as isl

from xpiler.verify.symbolic.dataflow import Flow
from xpiler.verify.symbolic.facts import note
from xpiler.verify.symbolic.layout import Layout
from xpiler.verify.symbolic.program import Access, Group
from xpiler.verify.symbolic.sets import EVERYWHERE, Set, fresh, name, project_out, substitute, substitute_in_set

NOWHERE = name("lane").lt_set(name("lane"))


def out_of_bounds(flow: Flow, layout: Layout) -> Access | None:
    """The first access that is not shown to stay inside of its array."""
    for access in flow.trace.accesses:
        if not access.array.is_cell and not layout.outside(access).is_empty():
            return access
    return None


def meeting(flow: Flow) -> tuple[Access, Access] | None:
    """The first two accesses of parallel instances to one element, one of them a write, that nothing orders."""
    by_array: dict = {}
    for access in flow.trace.accesses:
        by_array.setdefault(access.array, []).append(access)
    for array, accesses in by_array.items():
        if array.is_cell:
            continue
        for group in dict.fromkeys(g for a in accesses for g in a.groups):
            if set(group.dims) <= set(array.owner):
                continue
            inside = [a for a in accesses if group in a.groups]
            found = _pair(flow, group, inside)
            if found is not None:
                return found
    return None


def _pair(flow: Flow, group: Group, accesses: list[Access]) -> tuple[Access, Access] | None:
    for i, a in enumerate(accesses):
        for b in accesses[i:]:
            if (a.writes or b.writes) and _meet(flow, group, a, b):
                return a, b
    return None


def _meet(flow: Flow, group: Group, a: Access, b: Access) -> bool:
    shared = set(group.outer)
    own = dict.fromkeys((*b.dims, *(group.tasks.names if group.tasks is not None else ())))
    renaming = {of: fresh("q") for of in own if of not in shared}
    values = {of: name(to) for of, to in renaming.items()}
    differ = EVERYWHERE if group.meets and a.of_warp != b.of_warp else NOWHERE
    for of in group.dims:
        differ = differ.union(name(of).ne_set(name(renaming[of])))
    meet = [x.eq_set(substitute(y, values)) for x, y in zip(flow.element(a), flow.element(b), strict=True)]
    if group.tasks is not None:
        differ = differ.intersect(group.tasks.apart(renaming))
    parts = (a.domain, substitute_in_set(b.domain, values), flow.box.sizes, *meet, differ)
    both = parts[0]
    for part in parts[1:]:
        both = both.intersect_params(part)
    if both.is_empty():
        note("apart", parts)
        return False
    return not group.meets or not _ordered(flow, group, a, b, both, renaming)


def _ordered(flow: Flow, group: Group, a: Access, b: Access, pairs: Set, renaming: dict[str, str]) -> bool:
    """Whether a barrier of the block lies between the two accesses of each pair."""
    for first, second, forward in ((a, b, True), (b, a, False)):
        pairs = _without_barrier(flow, group, first, second, forward, pairs, renaming)
        if pairs.is_empty():
            return True
    return False


def _without_barrier(flow: Flow, group: Group, first: Access, second: Access, forward: bool, pairs: Set, renaming: dict[str, str]) -> Set:
    shared = set(group.outer)
    for barrier in flow.trace.barriers:
        if group not in barrier.groups:
            continue
        own = {of: fresh("z") for of in barrier.dims if of not in shared}
        mine = {of: name(to) for of, to in own.items()}
        its = {of: name(to) for of, to in renaming.items()}
        times = [flow.time_of(x, with_threads=False) for x in (first, barrier, second)]
        before = times[0] if forward else tuple(substitute(t, its) for t in times[0])
        after = tuple(substitute(t, its) for t in times[2]) if forward else times[2]
        between = tuple(substitute(t, mine) for t in times[1])
        holds = substitute_in_set(barrier.domain, mine).intersect_params(_before(before, between)).intersect_params(_before(between, after))
        pairs = pairs.subtract(project_out(holds.intersect_params(pairs), list(own.values())))
        if pairs.is_empty():
            break
    return pairs


def _before(a: tuple, b: tuple) -> Set:
    """Lexicographic order of two moments; most of them begin with the same constants."""
    found, same = NOWHERE, EVERYWHERE
    for x, y in zip(a, b, strict=True):
        if x.plain_is_equal(y):
            continue
        found = found.union(same.intersect_params(x.lt_set(y)))
        same = same.intersect_params(x.eq_set(y))
        if same.is_empty():
            break
    return found.coalesce()


__all__ = ["isl", "meeting", "out_of_bounds"]
