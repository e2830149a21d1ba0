"""Which write reaches which read: array data flow of isl over the instances of a program."""

from __future__ import annotations

import islpy as isl

from xpiler.verify.symbolic.decoding import Decoded, decoded, settled
from xpiler.verify.symbolic.last_write import Source, candidate, latest
from xpiler.verify.symbolic.program import LANE, Access, Array, Trace
from xpiler.verify.symbolic.sets import PARAM, SET, PwAff, Set, as_relation, fresh, functions, name, named_again, number, substitute
from xpiler.verify.symbolic.walker import Box

Moment = tuple[int | str, ...]  # numbers, and the counters of the loops around
THREADS = 5  # coordinates, where warps, lines and lanes are told apart


class Flow:
    """The sources of every read of a program."""

    def __init__(self, trace: Trace, box: Box):
        self.trace, self.box = trace, box
        for i, access in enumerate([*trace.accesses, *trace.barriers]):
            access.number = i
        self.depth = max((len(a.time) for a in [*trace.accesses, *trace.barriers]), default=1)
        self.tasks = list(dict.fromkeys(tasks for access in trace.accesses for tasks in access.shares))
        self._by_array: dict[Array, list[Access]] = {}
        for access in trace.accesses:
            self._by_array.setdefault(access.array, []).append(access)
        self._sources: dict[Access, tuple[list[Source], Set]] = {}
        self._done: set[Array] = set()

    def instances(self, access: Access) -> Set:
        """Its instances as tuples."""
        return as_relation(access.label, access.dims, access.domain.intersect_params(self.box.sizes))

    def element(self, access: Access) -> tuple[PwAff, ...]:
        """The element, with the coordinates that own the array first."""
        return tuple(access.moved.get(of, None) or name(of) for of in access.array.owner) + access.tuple_index

    def map_of(self, access: Access, values: tuple[PwAff, ...], tuple_name: str) -> isl.Map:
        """From instances to the values of integers."""
        outs = [fresh("o") for _ in values]
        graph = access.domain.intersect_params(self.box.sizes)
        for out, value in zip(outs, values, strict=True):
            graph = graph.intersect_params(name(out).eq_set(value))
        both = as_relation("", [*access.dims, *outs], graph).reset_tuple_id()
        made = isl.Map.from_range(both).move_dims(isl.dim_type.in_, 0, isl.dim_type.out, 0, len(access.dims))
        return made.set_tuple_name(isl.dim_type.in_, access.label).set_tuple_name(isl.dim_type.out, tuple_name)

    def moment(self, access: Access) -> Moment:
        """Its place in program order, the same for all threads."""
        return (*access.time, *[0] * (self.depth - len(access.time)))

    def time_of(self, access: Access) -> tuple[PwAff, ...]:
        """The moment: program order, the same for all threads, then the threads in order, then lanes."""
        values = [name(t) if isinstance(t, str) else number(t) for t in self.moment(access)]
        threads = [*[number(0)] * (THREADS - len(access.threads)), *(name(t) for t in access.threads)]
        lane = name(LANE) if LANE in access.dims else number(0)
        return (*values, *threads, lane)

    def sources(self, read: Access) -> tuple[list[Source], Set]:
        """The writes that reach a read, and the instances that none reaches."""
        if read.array not in self._done:
            self._solve(read.array)
        return self._sources[read]

    def _solve(self, array: Array) -> None:
        self._done.add(array)
        accesses = self._by_array[array]
        writes = [(a, part) for a in accesses if a.writes for part in self._parts(a)]
        for read in accesses:
            if not read.writes:
                self._sources[read] = self._latest(read, writes)

    def _parts(self, write: Access) -> list[Decoded]:
        domain = write.domain.intersect_params(self.box.sizes)
        return decoded(write.dims, domain, tuple(settled(value, domain) for value in self.element(write)))

    def _latest(self, read: Access, writes: list[tuple[Access, Decoded]]) -> tuple[list[Source], Set]:
        domain = read.domain.intersect_params(self.box.sizes)
        element = tuple(settled(value, domain) for value in self.element(read))
        found = [candidate(write, part, element, domain, self.time_of(write)) for write, part in writes]
        return latest([each for each in found if each is not None], read, self.time_of(read), domain)

    def earlier(self, write: Access) -> isl.Map:
        """From each instance to the earlier instances of the same statement that write the same element."""
        at = self.map_of(write, self.element(write), "E")
        time = self.map_of(write, self.time_of(write), "T")
        same = at.apply_range(at.reverse())
        before = time.lex_gt_map(time) if hasattr(time, "lex_gt_map") else None
        return same.intersect(before).coalesce()


def instance_functions(relation: isl.Map, names_in: tuple[str, ...], names_out: tuple[str, ...]) -> tuple[Set, dict[str, PwAff]]:
    """A single-valued relation as functions of named coordinates, and where it is defined."""
    before = relation.dim(PARAM)
    relation = relation.reset_tuple_id(isl.dim_type.in_).reset_tuple_id(isl.dim_type.out)
    relation = relation.move_dims(PARAM, before, isl.dim_type.in_, 0, relation.dim(isl.dim_type.in_))
    for i, of in enumerate(names_in):
        relation = relation.set_dim_name(PARAM, before + i, of)
    points = relation.range()
    return points.params().coalesce(), dict(zip(names_out, functions(points), strict=True))


__all__ = ["SET", "Flow", "Source", "named_again", "substitute"]
