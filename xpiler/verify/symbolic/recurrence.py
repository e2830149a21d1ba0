"""Loops in closed form: what an instance of a statement stores, given that it depends on an earlier instance of itself.

Three forms, recognised in the expression and not by any name: v(i) = v(p(i)) + e(i), a sum; v(i) = max(v(p(i)), e(i)), a maximum;
v(i) = v(p(i)) g(p(i)) / g(i) + e(i) for a product of exponentials g, which is the first form for v g (lemmas.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import islpy as isl

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic import algebra, maxima
from xpiler.verify.symbolic.dataflow import Flow, instance_functions
from xpiler.verify.symbolic.equality import cancelled, equal_factors, equal_ranges
from xpiler.verify.symbolic.expressions import (
    Exponential,
    Factors,
    Item,
    Maximum,
    Monomial,
    Pieces,
    Poly,
    Recurrence,
    depends_on,
    recurrences,
    scaled,
    single_atom,
    substituted,
    substituted_factors,
    tidy,
)
from xpiler.verify.symbolic.program import Access
from xpiler.verify.symbolic.sets import PwAff, Set, as_relation, fresh, mentions, name, named_again, project_out, substitute_in_set

ONE = Fraction(1)


@dataclass
class Step:
    """One piece of a recursive statement: where, the earlier instance, its factor, and what is added or compared."""

    where: Set
    instance: tuple[PwAff, ...]
    factors: Factors
    sign: int
    rest: object
    is_maximum: bool


def solve(write: Access, pieces: Pieces, flow: Flow) -> Pieces:
    """The pieces without the statement itself in them."""
    if any(value is None for _, value in pieces):
        raise NotModelled("a loop that starts from an unknown value")
    steps = _of_one_kind([_step(write, where, value) for where, value in pieces if write in recurrences(value)])
    start = [(where, value) for where, value in pieces if write not in recurrences(value)]
    chain = Chain(write, steps, start, flow)
    if all(step.is_maximum for step in steps):
        closed = chain.maxima(steps)
    elif not any(step.is_maximum for step in steps):
        closed = chain.sums(steps)
    else:
        raise NotModelled("a loop that is a sum in one part and a maximum in another")
    if len(closed) == 1 and chain.covers(closed[0][0]):
        return closed
    return [*start, *closed]


def _of_one_kind(steps: list[Step]) -> list[Step]:
    """A part that leaves the state as it is, which reads as a sum of nothing, is the maximum with nothing beside other maxima."""
    sign = next((step.sign for step in steps if step.is_maximum), None)
    if sign is None:
        return steps
    return [step if step.is_maximum or step.factors or step.rest else Step(step.where, step.instance, (), sign, [], True) for step in steps]


def _step(write: Access, where: Set, value: Poly) -> Step:
    mine = [m for m in value if write in recurrences((m,))]
    rest = tuple(m for m in value if write not in recurrences((m,)))
    if len(mine) != 1:
        raise NotModelled("a loop that uses its own value more than once")
    term = mine[0]
    own = [(a, p) for a, p in term.factors if isinstance(a, Recurrence) and a.write is write]
    others = tuple((a, p) for a, p in term.factors if not (isinstance(a, Recurrence) and a.write is write))
    if len(own) == 1 and own[0][1] == 1 and term.coefficient == 1 and not recurrences((Monomial(ONE, others),)):
        return Step(where, own[0][0].instance, others, 1, rest, False)
    inner = term.factors[0][0] if len(term.factors) == 1 and term.factors[0][1] == 1 else None
    if isinstance(inner, Maximum) and not rest and abs(term.coefficient) == 1:
        return _maximum_step(write, where, inner, int(term.coefficient))
    raise NotModelled("a loop whose state is neither a sum nor a maximum")


def _maximum_step(write: Access, where: Set, inner: Maximum, sign: int) -> Step:
    own = [i for i in inner.items if write in recurrences(i.value)]
    others = [i for i in inner.items if write not in recurrences(i.value)]
    atom = single_atom(scaled(own[0].value, sign)) if len(own) == 1 and not own[0].bound else None
    if not isinstance(atom, Recurrence) or not where.is_subset(own[0].domain):
        raise NotModelled("a loop whose state is inside of a maximum")
    return Step(where, atom.instance, (), sign, others, True)


class Chain:
    """How instances follow each other: `reach` goes from an instance to itself and all earlier ones it depends on."""

    def __init__(self, write: Access, steps: list[Step], start: Pieces, flow: Flow):
        self.write, self.start, self.flow = write, start, flow
        self.domain = write.domain.intersect_params(flow.box.sizes)
        previous: isl.Map | None = None
        for step in steps:
            part = self._map(step)
            previous = part if previous is None else previous.union(part)
        self.previous = previous.coalesce()
        self.strictly = self._closure()
        self.moving = [i for i in range(len(write.dims)) if not self._keeps(i)]
        self.bound = {write.dims[i]: fresh("i") for i in self.moving}

    def covers(self, where: Set) -> bool:
        """Whether a piece is all of the statement's instances."""
        return self.domain.is_subset(where)

    def _map(self, step: Step) -> isl.Map:
        graph = self.flow.map_of(self.write, step.instance, self.write.label)
        where = flow_set(self.write, step.where)
        return graph.intersect_domain(where)

    def _closure(self) -> isl.Map:
        """All earlier instances on the way: exact, or not at all.

        Time is well founded, so R = P + P R has one solution: the closure of P. Earlier updates of the element are the first guess.
        """
        one = self.previous
        earlier = self.flow.earlier(self.write).intersect_domain(one.domain())
        if earlier.is_equal(one.union(one.apply_range(earlier))):
            return earlier
        closure, exact = one.transitive_closure()
        if not exact:
            raise NotModelled("a loop whose order of updates is not found")
        return closure

    def _keeps(self, dim: int) -> bool:
        """Whether a coordinate is the same in all instances that depend on each other."""
        space = self.strictly.get_space()
        same = isl.Map.universe(space).equate(isl.dim_type.in_, dim, isl.dim_type.out, dim)
        return self.strictly.is_subset(same)

    def _named(self, relation: isl.Map) -> Set:
        """Pairs of an instance and an earlier one, whose moving coordinates have the bound names."""
        wrapped = relation.reset_tuple_id(isl.dim_type.in_).reset_tuple_id(isl.dim_type.out).wrap().flatten()
        outs = [self.bound.get(of) or fresh("same") for of in self.write.dims]
        points = named_again(wrapped, [*self.write.dims, *outs])
        kept = [out for of, out in zip(self.write.dims, outs, strict=True) if of not in self.bound]
        return project_out(points, kept).coalesce()

    def members(self, where: Set) -> Set:
        """Pairs whose second member (itself or earlier) lies in a piece."""
        there = flow_set(self.write, where)
        identity = isl.Map.identity(self.strictly.get_space())
        relation = self.strictly.union(identity.intersect_domain(flow_set(self.write, self.domain)))
        return self._named(relation.intersect_range(there).coalesce())

    def renaming(self) -> dict[str, PwAff]:
        """Moving coordinates under their bound names."""
        return {of: name(bound) for of, bound in self.bound.items()}

    def starts(self) -> list[tuple[Set, Poly]]:
        """For instances with an earlier one: where the chain began, and with what value."""
        found = []
        for relation, value in self._started():
            here, instance = instance_functions(relation, self.write.dims, self.write.dims)
            found.append((here, substituted(value, {of: instance[of] for of in self.bound})))
        return found

    def check_starts(self) -> None:
        """Raises NotModelled where an instance with an earlier one is not shown to have one start."""
        self._started()

    def _started(self) -> list[tuple[isl.Map, Poly]]:
        """Instances with an earlier one and where their chain began, for each value it begins with."""
        recursive = self.previous.domain()
        found, covered = [], None
        for where, value in self.start:
            relation = self.strictly.intersect_range(flow_set(self.write, where)).intersect_domain(recursive)
            if relation.is_empty():
                continue
            if not relation.is_single_valued():
                raise NotModelled("a loop that starts more than once")
            found.append((relation, value))
            here = relation.domain()
            covered = here if covered is None else covered.union(here)
        if covered is None or not recursive.is_subset(covered):
            raise NotModelled("a loop that is not shown to start")
        return found

    def sums(self, steps: list[Step]) -> Pieces:
        """v(i) g(i) = v(start) g(start) + the sum of e(j) g(j) over all j from the start to i."""
        gauge = _gauge(steps)
        whole = self._regular_sum(steps, gauge)
        if whole is not None:
            return whole
        renaming, bound = self.renaming(), tuple(self.bound.values())
        total: list[tuple[Set, Poly]] = []
        for step in steps:
            added = algebra.multiply(step.rest, _product(gauge), step.where) if step.rest else ()
            total.append((self.members(step.where), substituted(added, renaming)))
        self._check_gauge(steps, gauge)
        found: Pieces = []
        for where, value in self.starts():
            summed = algebra.sum_pieces(bound, [(space.intersect_params(where), v) for space, v in total], where)
            started = algebra.multiply(value, self._gauge_at_start(gauge, value, where), where) if value else ()
            whole = algebra.add(started, summed, where)
            found.append((where, algebra.multiply(whole, _product(gauge, -1), where) if gauge else whole))
        return found

    def _regular_sum(self, steps: list[Step], gauge: Factors) -> Pieces | None:
        """Where the start is x + e(start) for the e of all steps: v(i) g(i) = x g + the sum of e(j) g(j) over all j up to i."""
        if len(steps) != 1 or len(self.start) != 1:
            return None
        ((where, value),) = self.start
        self._check_gauge(steps, gauge)
        added = algebra.multiply(steps[0].rest, _product(gauge), self.domain) if gauge else steps[0].rest
        begun = algebra.multiply(value, _product(gauge), where) if gauge else value
        initial = cancelled((*begun, *scaled(added, -1)), where)
        if any(depends_on(a, set(self.bound)) for m in initial for a, _ in m.factors) or (gauge and initial):
            return None
        self.check_starts()
        pieces = [(self.members(self.domain), substituted(added, self.renaming()))]
        summed = algebra.sum_pieces(tuple(self.bound.values()), pieces, self.domain)
        total = algebra.add(initial, summed, self.domain)
        return [(self.domain, algebra.multiply(total, _product(gauge, -1), self.domain) if gauge else total)]

    def _regular_maximum(self, steps: list[Step]) -> Pieces | None:
        """Where the start is the maximum of x and e(start): the maximum of x and of e(j) over all j up to i."""
        if len(steps) != 1 or len(self.start) != 1:
            return None
        ((where, value),) = self.start
        sign, bound = steps[0].sign, tuple(self.bound.values())
        rest = begins_with(scaled(value, sign), steps[0].rest, where)
        if rest is None or any(depends_on(a, set(self.bound)) for i in rest for m in i.value for a, _ in m.factors):
            return None
        if any(mentions(i.domain, of) for i in rest for of in self.bound):
            return None
        self.check_starts()
        space, renaming = self.members(self.domain), self.renaming()
        items = [
            Item((*bound, *i.bound), space.intersect_params(substitute_in_set(i.domain, renaming)), substituted(i.value, renaming))
            for i in steps[0].rest
        ]
        return [(self.domain, scaled(maxima.maximum([*rest, *items], self.domain), sign))]

    def _gauge_at_start(self, gauge: Factors, value: Poly, where: Set) -> Poly:
        if not gauge:
            return algebra.constant(1)
        for there, _ in self.start:
            relation = self.strictly.intersect_range(flow_set(self.write, there)).intersect_domain(self.previous.domain())
            if not relation.is_empty():
                here, instance = instance_functions(relation, self.write.dims, self.write.dims)
                if where.is_subset(here):
                    return _product(substituted_factors(gauge, {of: instance[of] for of in self.bound}))
        raise NotModelled("a scaled sum that is not shown to start")

    def _check_gauge(self, steps: list[Step], gauge: Factors) -> None:
        """The factor of the earlier value is g(earlier) / g(now)."""
        for step in steps:
            before = {of: value for of, value in zip(self.write.dims, step.instance, strict=True) if of in self.bound}
            expected = algebra.multiply(_product(substituted_factors(gauge, before)), _product(gauge, -1), step.where)
            given = (Monomial(ONE, step.factors),)
            if not equal_factors(expected[0].factors, given[0].factors, step.where):
                raise NotModelled("a sum that a loop scales by a factor that does not telescope")

    def maxima(self, steps: list[Step]) -> Pieces:
        """The maximum of the start and of all members on the way."""
        whole = self._regular_maximum(steps)
        if whole is not None:
            return whole
        sign = steps[0].sign
        if any(step.sign != sign for step in steps):
            raise NotModelled("a loop that is a maximum in one part and a minimum in another")
        items: list[Item] = []
        bound = tuple(self.bound.values())
        for step in steps:
            space = self.members(step.where)
            for item in step.rest:
                inner = substitute_in_set(item.domain, self.renaming())
                items.append(Item((*bound, *item.bound), space.intersect_params(inner), substituted(item.value, self.renaming())))
        found: Pieces = []
        for where, value in self.starts():
            here = [Item(i.bound, i.domain.intersect_params(where), i.value) for i in items]
            begins = [] if algebra.has_infinity(value) else [Item((), where, scaled(value, sign))]
            found.append((where, scaled(maxima.maximum([*begins, *here], where), sign)))
        return found


def begins_with(value: Poly, items: list[Item], where: Set) -> list[Item] | None:
    """What is left of a maximum without the given members; None where they are not all in it."""
    inner = single_atom(value)
    members = list(inner.items) if isinstance(inner, Maximum) else [Item((), where, value)]
    for item in items:
        match = next((m for m in members if equal_ranges(item, m, where)), None)
        if match is None:
            return None
        members.remove(match)
    return members


def _gauge(steps: list[Step]) -> Factors:
    """The exponentials that the present value is divided by: a function of all instances, by its formula at those of the step.

    Any function will do for which the factor of every step is g(earlier) / g(now); that is what is checked.
    """
    ((_, factors),) = ((m.coefficient, m.factors) for m in tidy((Monomial(ONE, steps[0].factors),), steps[0].where))
    if any(not isinstance(a, Exponential) for a, _ in factors):
        raise NotModelled("a sum that a loop scales")
    return tuple((a, -p) for a, p in factors if p < 0)


def _product(factors: Factors, sign: int = 1) -> Poly:
    return (Monomial(ONE, tuple((a, p * sign) for a, p in factors)),)


def flow_set(write: Access, where: Set) -> Set:
    """Instances of a statement as tuples."""
    return as_relation(write.label, write.dims, where)
