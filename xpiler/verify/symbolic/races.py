"""What all sizes must be free of: accesses outside of arrays, and two parallel instances that meet in an element."""

from __future__ import annotations

from dataclasses import dataclass

import islpy as isl

from xpiler.verify.symbolic.dataflow import Flow, Moment
from xpiler.verify.symbolic.facts import note
from xpiler.verify.symbolic.layout import Layout
from xpiler.verify.symbolic.program import Access, Group
from xpiler.verify.symbolic.sets import EVERYWHERE, NOWHERE, PwAff, Set, fresh, name, number, project_out, substitute, substitute_in_set


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
    others = Others(flow, group)
    for i, a in enumerate(accesses):
        for b in accesses[i:]:
            if (a.writes or b.writes) and _meet(others, a, b):
                return a, b
    return None


@dataclass(frozen=True)
class _Elsewhere:
    """An access or a barrier of another instance: what it does, in names of its own."""

    domain: Set
    element: tuple[PwAff, ...]
    moment: Moment
    names: tuple[str, ...]


class Others:
    """Accesses and barriers as other instances of a group come to them, each made once.

    All accesses share the names of the other instance, and all barriers those of a third one.
    """

    def __init__(self, flow: Flow, group: Group):
        self.flow, self.group = flow, group
        self._called: dict[str, dict[str, str]] = {}
        self._found: dict[tuple[str, Access], _Elsewhere] = {}
        self._equal, self._differ = EVERYWHERE, NOWHERE
        for of in group.dims:
            one, other = name(of), name(self._renaming("q", (of,))[of])
            self._equal, self._differ = self._equal.intersect(one.eq_set(other)), self._differ.union(one.ne_set(other))
        self.apart = EVERYWHERE
        if group.tasks is not None:
            self.apart = group.tasks.apart(self._renaming("q", group.tasks.names))

    def _renaming(self, stem: str, dims: tuple[str, ...]) -> dict[str, str]:
        called = self._called.setdefault(stem, {})
        for of in dims:
            if of not in called and of not in self.group.outer:
                called[of] = fresh(stem)
        return {of: called[of] for of in dims if of in called}

    def access(self, of: Access) -> _Elsewhere:
        """An access of another instance than the one that is looked at."""
        return self._elsewhere("q", of)

    def barrier(self, of: Access) -> _Elsewhere:
        """A barrier that lies between the two."""
        return self._elsewhere("z", of)

    def _elsewhere(self, stem: str, of: Access) -> _Elsewhere:
        if (stem, of) not in self._found:
            tasks = self.group.tasks.names if self.group.tasks is not None else ()
            renaming = self._renaming(stem, tuple(dict.fromkeys((*of.dims, *tasks))))
            values = {each: name(to) for each, to in renaming.items()}
            element = tuple(substitute(i, values) for i in self.flow.element(of)) if of.array is not None else ()
            moment = tuple(renaming.get(t, t) for t in self.flow.moment(of))
            self._found[(stem, of)] = _Elsewhere(substitute_in_set(of.domain, values), element, moment, tuple(renaming.values()))
        return self._found[(stem, of)]

    def are_other(self, a: Access, b: Access) -> tuple[Set, Set]:
        """Where two instances that make the accesses are different ones, and where that is known to be false."""
        if self.group.meets and a.of_warp != b.of_warp:
            return self.apart, NOWHERE
        return self._differ.intersect(self.apart), self._equal


def _meet(others: Others, a: Access, b: Access) -> bool:
    flow, group, there = others.flow, others.group, others.access(b)
    meet = [x.eq_set(y) for x, y in zip(flow.element(a), there.element, strict=True)]
    differ, equal = others.are_other(a, b)
    both = a.domain
    for part in (there.domain, flow.box.sizes, *meet, others.apart):
        both = both.intersect_params(part)
    if both.is_subset(equal):  # a question about one set; `differ` has two parts for each coordinate
        note("apart", (a.domain, there.domain, flow.box.sizes, *meet, differ))
        return False
    return not group.meets or not _ordered(others, a, b, both, equal)


def _ordered(others: Others, a: Access, b: Access, pairs: Set, equal: Set) -> bool:
    """Whether a barrier of the block lies between the two accesses of each pair; those in `equal` are one instance."""
    here, there = others.flow.moment(a), others.access(b).moment
    for first, second in ((here, there), (there, here)):
        pairs = _without_barrier(others, first, second, pairs, equal)
        if pairs.is_subset(equal):
            return True
    return False


def _without_barrier(others: Others, first: Moment, second: Moment, pairs: Set, equal: Set) -> Set:
    for barrier in others.flow.trace.barriers:
        if others.group not in barrier.groups:
            continue
        between = others.barrier(barrier)
        before, behind = _before(first, between.moment), _before(between.moment, second)
        if before is None or behind is None:
            continue
        holds = between.domain.intersect_params(before).intersect_params(behind)
        pairs = pairs.subtract(project_out(holds.intersect_params(pairs), between.names))
        if pairs.is_subset(equal):
            break
    return pairs


def _before(a: Moment, b: Moment) -> Set | None:
    """Lexicographic order of two moments, most of which begin with the same numbers; None where it never holds."""
    found, same = None, EVERYWHERE
    for x, y in zip(a, b, strict=True):
        if x == y:
            continue
        are_numbers = isinstance(x, int) and isinstance(y, int)
        if not are_numbers or x < y:
            here = same if are_numbers else same.intersect(_place(x).lt_set(_place(y)))
            found = here if found is None else found.union(here)
        if are_numbers:
            break
        same = same.intersect(_place(x).eq_set(_place(y)))
    return found.coalesce() if found is not None else None


def _place(of: int | str) -> PwAff:
    return name(of) if isinstance(of, str) else number(of)


__all__ = ["isl", "meeting", "out_of_bounds"]
