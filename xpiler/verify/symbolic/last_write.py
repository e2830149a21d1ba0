"""Which write reaches a read: the latest before it of those to the same element.

Two moments are compared place by place. Writes that agree with the read's moment for longer are later than all that agree for less
(`lemmas.longer_agreement_is_later`), so they are looked at first, and no others where these reach all instances of the read. What the
element tells of a write's instance (decoding.py) is known; the latest is searched in the coordinates that are left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.decoding import Decoded, replaced, replaced_in_set, settled
from xpiler.verify.symbolic.program import Access
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    PwAff,
    Set,
    as_relation,
    fresh,
    functions,
    mentions,
    name,
    substitute_in_set,
)
from xpiler.verify.symbolic.shares import Tasks, without

Time = tuple[PwAff, ...]


@dataclass(frozen=True)
class Source:
    """A write that reaches a read: where, and which instance of the write, as functions of the read's coordinates."""

    write: Access
    domain: Set
    instance: dict[str, PwAff]


@dataclass(frozen=True)
class Candidate:
    """Instances of a write to a read's element: where there are any, and each as a function of the read's and of free coordinates."""

    write: Access
    domain: Set
    instance: dict[str, PwAff]
    free: tuple[str, ...]
    time: Time

    def levels(self, of_read: Time) -> Iterator[tuple[int, Set]]:
        """The places at which its moment may be the first time below the read's, and the condition for that; the first places first."""
        same = EVERYWHERE
        for level, (mine, its) in enumerate(zip(self.time, of_read, strict=True)):
            if mine.plain_is_equal(its):
                continue
            earlier = same.intersect(mine.lt_set(its))
            if not earlier.is_empty():
                yield level, earlier
            same = same.intersect(mine.eq_set(its))
            if same.is_empty():
                return


def candidate(write: Access, part: Decoded, element: tuple[PwAff, ...], domain: Set, time: Time) -> Candidate | None:
    """The instances of a part of a write to the elements of a read, which are functions of the read's coordinates on a domain."""
    known = {of: settled(value, domain) for of, value in part.told(element).items()}
    left = [of for of in write.dims if of not in known]
    renamed = {of: fresh("u") for of in left}
    values = {**known, **{of: name(to) for of, to in renamed.items()}}
    moved = {of: value for of, value in values.items() if not value.plain_is_equal(name(of))}
    move = replaced_in_set if write.shares else substitute_in_set  # pieces of shares stay one range that way
    here = move(part.domain, moved).intersect_params(domain)
    for mine, its in zip(part.element, element, strict=True):
        there = settled(replaced(mine, moved), here)
        if not there.plain_is_equal(its):
            here = here.intersect_params(there.eq_set(its))
    if here.is_empty():
        return None
    instance = {of: values[of] for of in write.dims}
    return Candidate(write, here, instance, tuple(renamed.values()), tuple(replaced(t, moved) for t in time))


def latest(candidates: list[Candidate], read: Access, of_read: Time, domain: Set) -> tuple[list[Source], Set]:
    """The sources of a read, and the instances that no candidate reaches.

    The tasks of a launch that the read is not in are parameters of what they write (shares.py): a source holds for each of them, and
    what is left over is what none of them writes.
    """
    found: list[Source] = []
    levels: dict[int, list[tuple[Candidate, Set]]] = {}
    for each in candidates:
        for level, condition in each.levels(of_read):
            levels.setdefault(level, []).append((each, condition))
    rest = domain
    for level in sorted(levels, reverse=True):
        last = [one for each, condition in levels[level] for one in _last(each, condition, rest)]
        for i, (source, time) in enumerate(last):
            where = source.domain
            for j, (other, its_time) in enumerate(last):
                if i != j and not where.is_empty():
                    others = [t for t in beside(read, other.write) if t not in beside(read, source.write)]
                    where = without(where, [_later(its_time, time, other.domain.intersect_params(where))], others)
            if not where.is_empty():
                found.append(Source(source.write, where.coalesce(), source.instance))
        launches = dict.fromkeys(tasks for source, _ in last for tasks in beside(read, source.write))
        rest = without(rest, [source.domain for source, _ in last], launches).coalesce()
        if rest.is_empty():
            break
    return found, rest


def beside(read: Access, write: Access) -> list[Tasks]:
    """The launches that a write is in and a read is not."""
    return [tasks for tasks in write.shares if tasks not in read.shares]


def _last(each: Candidate, condition: Set, rest: Set) -> list[tuple[Source, Time]]:
    """The latest instances of a candidate under a condition, where the read has not found its write yet."""
    points = each.domain.intersect_params(condition).intersect_params(rest)
    if points.is_empty():
        return []
    free = {of: name(of) for of in _by_time(each)}
    if free:
        tuples = as_relation("", list(free), points).reset_tuple_id().lexmax()
        points = tuples.params()
        free = dict(zip(free, functions(tuples), strict=True))
    where = points.coalesce()
    instance = {of: replaced(value, free) for of, value in each.instance.items()}
    return [(Source(each.write, where, instance), tuple(replaced(t, free) for t in each.time))]


def _by_time(each: Candidate) -> list[str]:
    """The free coordinates in the order in which they decide on a moment."""
    found: list[str] = []
    for moment in each.time:
        found += [of for of in each.free if moment.plain_is_equal(name(of))]
    if set(found) != set(each.free) or any(mentions(t, of) for t in each.time for of in each.free if not t.plain_is_equal(name(of))):
        raise NotModelled("a moment that does not tell instances apart")
    return found


def _later(one: Time, other: Time, domain: Set) -> Set:
    """Where one moment is after another one."""
    found, same = domain.subtract(domain), domain
    for mine, its in zip(one, other, strict=True):
        if mine.plain_is_equal(its):
            continue
        found = found.union(same.intersect_params(mine.gt_set(its)))
        same = same.intersect_params(mine.eq_set(its))
        if same.is_empty():
            break
    return found
