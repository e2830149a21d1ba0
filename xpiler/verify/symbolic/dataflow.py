"""Which write reaches which read: array data flow of isl over the instances of a program."""

from __future__ import annotations

from dataclasses import dataclass

import islpy as isl

from xpiler.verify.symbolic.program import LANE, Access, Array, Trace
from xpiler.verify.symbolic.sets import PARAM, SET, PwAff, Set, as_relation, fresh, functions, name, named_again, number, substitute
from xpiler.verify.symbolic.walker import Box

THREADS = 3


@dataclass(frozen=True)
class Source:
    """A write that reaches a read: where, and which instance of the write, as functions of the read's coordinates."""

    write: Access
    domain: Set
    instance: dict[str, PwAff]


class Flow:
    """The sources of every read of a program."""

    def __init__(self, trace: Trace, box: Box):
        self.trace, self.box = trace, box
        for i, access in enumerate([*trace.accesses, *trace.barriers]):
            access.number = i
        self.depth = max((len(a.time) for a in [*trace.accesses, *trace.barriers]), default=1)
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

    def time_of(self, access: Access, with_threads: bool = True) -> tuple[PwAff, ...]:
        """The moment: program order, the same for all threads, then the threads in order, then lanes."""
        padded = [*access.time, *[0] * (self.depth - len(access.time))]
        values = [name(t) if isinstance(t, str) else number(t) for t in padded]
        if not with_threads:
            return tuple(values)
        threads = [name(t) for t in access.threads] or [number(0)] * THREADS
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
        reads, writes = [a for a in accesses if not a.writes], [a for a in accesses if a.writes]
        at = {a: self.map_of(a, self.element(a), "E") for a in accesses}
        schedule = _union([self.map_of(a, self.time_of(a), "T").to_union_map() for a in accesses])
        if not reads:
            return
        sink = _union([at[a].to_union_map() for a in reads])
        info = isl.UnionAccessInfo.from_sink(sink).set_schedule_map(schedule)
        if writes:
            info = info.set_must_source(_union([at[a].to_union_map() for a in writes]))
        flow = info.compute_flow()
        by_label = {a.label: a for a in accesses}
        found: dict[Access, list[Source]] = {a: [] for a in reads}
        for dependence in _maps(flow.get_must_dependence()):
            write, read = (by_label[dependence.get_tuple_name(t)] for t in (isl.dim_type.in_, isl.dim_type.out))
            found[read].append(_source(write, read, dependence))
        for read in reads:
            rest = read.domain.intersect_params(self.box.sizes)
            for source in found[read]:
                rest = rest.subtract(source.domain)
            self._sources[read] = (found[read], rest.coalesce())

    def earlier(self, write: Access) -> isl.Map:
        """From each instance to the earlier instances of the same statement that write the same element."""
        at = self.map_of(write, self.element(write), "E")
        time = self.map_of(write, self.time_of(write), "T")
        same = at.apply_range(at.reverse())
        before = time.lex_gt_map(time) if hasattr(time, "lex_gt_map") else None
        return same.intersect(before).coalesce()


def _union(maps: list[isl.UnionMap]) -> isl.UnionMap:
    total = maps[0]
    for more in maps[1:]:
        total = total.union(more)
    return total


def _maps(union: isl.UnionMap) -> list[isl.Map]:
    found: list[isl.Map] = []
    union.foreach_map(found.append)
    return found


def instance_functions(relation: isl.Map, names_in: tuple[str, ...], names_out: tuple[str, ...]) -> tuple[Set, dict[str, PwAff]]:
    """A single-valued relation as functions of named coordinates, and where it is defined."""
    before = relation.dim(PARAM)
    relation = relation.reset_tuple_id(isl.dim_type.in_).reset_tuple_id(isl.dim_type.out)
    relation = relation.move_dims(PARAM, before, isl.dim_type.in_, 0, relation.dim(isl.dim_type.in_))
    for i, of in enumerate(names_in):
        relation = relation.set_dim_name(PARAM, before + i, of)
    points = relation.range()
    return points.params().coalesce(), dict(zip(names_out, functions(points), strict=True))


def _source(write: Access, read: Access, dependence: isl.Map) -> Source:
    domain, instance = instance_functions(dependence.reverse().coalesce(), read.dims, write.dims)
    return Source(write, domain, instance)


__all__ = ["SET", "Flow", "Source", "named_again", "substitute"]
