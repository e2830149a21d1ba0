"""Which instances of each write can matter to the final contents: backwards along the data flow, loops taken whole."""

from __future__ import annotations

from collections.abc import Iterator

import islpy as isl

from xpiler.verify.symbolic.dataflow import Flow
from xpiler.verify.symbolic.program import COLUMN, LANE, ROW, Access
from xpiler.verify.symbolic.sets import Set, as_relation, fresh, in_order, name, named_again, project_out
from xpiler.verify.terms.term import Term


def reads_in(term: object) -> list[Access]:
    """The reads in a term, each once."""
    return list(dict.fromkeys(node.args[0].what for node in _nodes(term) if node.kind == "read"))


def moves_lanes(term: object) -> bool:
    """Whether lanes change their place in a term."""
    return any(node.kind == "moved" for node in _nodes(term))


def _nodes(term: object) -> Iterator[Term]:
    """All parts of a term, each once."""
    seen: set[int] = set()
    pending = [term]
    while pending:
        node = pending.pop()
        if not isinstance(node, Term) or id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        pending += node.args


def _other_coordinates(term: object) -> list[str]:
    """The coordinates that a term reads at other places than it is asked at.

    A product of fragments reads whole rows and columns, one of a wave's registers other lanes of the wave; a vector whose lanes changed
    their place, any lane.
    """
    lanes = {of for node in _nodes(term) if node.kind == "wave_product" for of in node.args[2].what}
    return [ROW, COLUMN, *sorted(lanes), *([LANE] if lanes or moves_lanes(term) else [])]


class Demand:
    """The demanded instances of every write that a final read can see."""

    def __init__(self, flow: Flow, finals: list[Access]):
        self.flow = flow
        self.instances: dict[Access, Set] = {}
        self._edges: dict[Access, list] = {}
        components = list(self._components(finals))
        for final in finals:
            self._pass_on(final, final.domain.intersect_params(flow.box.sizes))
        for component in reversed(components):
            self._settle(component)

    def _sources(self, write: Access) -> list:
        if write not in self._edges:
            self._edges[write] = [s for read in reads_in(write.term) for s in self.flow.sources(read)[0]]
        return self._edges[write]

    def _components(self, finals: list[Access]) -> Iterator[list[Access]]:
        """Strongly connected components, sources first (Tarjan, without recursion)."""
        number: dict[Access, int] = {}
        low: dict[Access, int] = {}
        stack: list[Access] = []
        on_stack: set[Access] = set()
        roots = [s.write for final in finals for s in self.flow.sources(final)[0]]
        for root in roots:
            if root in number:
                continue
            work = [(root, iter(self._sources(root)))]
            number[root] = low[root] = len(number)
            stack.append(root)
            on_stack.add(root)
            while work:
                write, rest = work[-1]
                source = next(rest, None)
                if source is not None:
                    other = source.write
                    if other not in number:
                        number[other] = low[other] = len(number)
                        stack.append(other)
                        on_stack.add(other)
                        work.append((other, iter(self._sources(other))))
                    elif other in on_stack:
                        low[write] = min(low[write], number[other])
                    continue
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[write])
                if low[write] == number[write]:
                    component = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        component.append(member)
                        if member is write:
                            break
                    yield component

    def _settle(self, component: list[Access]) -> None:
        """All of a loop's instances; of a statement outside of loops those that were asked for."""
        is_loop = len(component) > 1 or any(s.write is component[0] for s in self._sources(component[0]))
        for write in component:
            whole = write.domain.intersect_params(self.flow.box.sizes)
            wanted = self.instances.get(write)
            self.instances[write] = whole if is_loop or wanted is None else _simple(wanted, whole, write)
        for write in component:
            asked = project_out(self.instances[write], _other_coordinates(write.term))
            for read in reads_in(write.term):
                self._pass_on(read, asked)

    def _pass_on(self, read: Access, domain: Set) -> None:
        for source in self.flow.sources(read)[0]:
            wanted = _image(source, domain.intersect_params(source.domain), self.flow.box.symbols.is_size)
            known = self.instances.get(source.write)
            self.instances[source.write] = wanted if known is None else known.union(wanted).coalesce()


def _image(source, domain: Set, is_size) -> Set:
    """The instances of a write that a part of a read's instances reads from."""
    dims = source.write.dims
    outs = {of: fresh("w") for of in dims}
    points = domain
    for of, out in outs.items():
        points = points.intersect_params(name(out).eq_set(source.instance[of]))
    keep = {*outs.values(), *(of for tasks in source.write.shares for of in tasks.names)}
    drop = [n for n in reversed(in_order(points)) if n not in keep and not is_size(n)]
    points = project_out(points, drop)
    return named_again(as_relation("", list(outs.values()), points), dims)


def _simple(wanted: Set, whole: Set, write: Access) -> Set:
    """A superset in one part: those that the lanes of a butterfly ask for are many, and what they compute comes in as many pieces."""
    wanted = wanted.coalesce()
    if wanted.n_basic_set() <= 1:
        return wanted.intersect_params(whole)
    hull = isl.Set.from_basic_set(as_relation("", list(write.dims), wanted).reset_tuple_id().remove_divs().simple_hull())
    return named_again(hull, write.dims).intersect_params(whole)
