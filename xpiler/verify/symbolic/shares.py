"""Tasks that take contiguous shares: `first = task * each` is the product of a coordinate of few values and an integer of sizes.

The product becomes a coordinate of its own, of which linear facts are known (`Tasks.facts`, `Tasks.apart`; lemmas.py). The tasks of such
a launch are no longer searched for: they and their products are parameters of everything that happens inside, as sizes are.
All sets are right at the values that tasks and products really have; of others nothing is claimed, so that what holds at all
values is shown, and nothing else. What comes after the launch sees the effects of all its tasks (`without`): there an element
is found in the share of some task, and that it is in one is shown task by task, where the products are linear.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Iterator

import islpy as isl

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.integers import Int, Monomial, Symbols
from xpiler.verify.symbolic.sets import (
    EVERYWHERE,
    PARAM,
    PwAff,
    Set,
    convex,
    coordinates,
    fresh,
    name,
    number,
    substitute_in_set,
)

DIV = isl.dim_type.div
MOST_CASES = 256


class SharesFound(Exception):
    """The program has shares: it is to be walked with names for the quotients of sizes that shares are."""


class Tasks:
    """The coordinates of the tasks of a launch, each with the number of its values, and the products of one with an integer of sizes."""

    def __init__(self, extents: dict[str, int], *, are_expected: bool):
        self.extents, self.are_expected = extents, are_expected
        self.products: dict[str, tuple[str, PwAff]] = {}
        self.facts: Set = EVERYWHERE
        self._last: tuple[Set, Set] | None = None

    def known(self, domain: Set) -> Set:
        """The domain with the facts in it."""
        if self._last is None or self._last[0] is not self.facts or self._last[1] is not domain:
            found = convex(domain.intersect_params(self.facts).coalesce())
            self._last = (self.facts, found)
        return self._last[1]

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that is a parameter inside of the launch and means nothing outside of it."""
        return (*self.extents, *self.products)

    def product(self, task: str, factor: PwAff) -> PwAff:
        """task * factor, a coordinate: 0 <= task * factor <= (tasks - 1) * factor where the factor is not negative."""
        for of, known in self.products.items():
            if known[0] == task and known[1].plain_is_equal(factor):
                return name(of)
        if not self.are_expected:
            raise SharesFound
        if math.prod(self.extents.values()) > MOST_CASES:
            raise NotModelled("shares of too many tasks")
        of = fresh("share")
        self.products[of] = (task, factor)
        last = factor.mul(number(self.extents[task] - 1))
        within = name(of).ge_set(number(0)).intersect(name(of).le_set(last))
        self.facts = self.facts.intersect(_where_not_negative(factor, within))
        return name(of)

    def apart(self, renaming: dict[str, str]) -> Set:
        """What is known of two tasks, the second under other names: products grow by their factor at least (`lemmas.shares_are_apart`)."""
        found = EVERYWHERE
        for of, (task, factor) in self.products.items():
            one, other = (name(task), name(of)), (name(renaming[task]), name(renaming[of]))
            same = one[0].eq_set(other[0]).intersect(one[1].eq_set(other[1]))
            pairs = same.union(_grows(one, other, factor)).union(_grows(other, one, factor))
            found = found.intersect(_where_not_negative(factor, pairs))
        return found

    def cases(self) -> Iterator[dict[str, PwAff]]:
        """The values of all names in each of the tasks."""
        for values in itertools.product(*map(range, self.extents.values())):
            case = dict(zip(self.extents, values, strict=True))
            products = {of: factor.mul(number(case[task])) for of, (task, factor) in self.products.items()}
            yield {of: number(value) for of, value in case.items()} | products


def _grows(one: tuple[PwAff, PwAff], other: tuple[PwAff, PwAff], factor: PwAff) -> Set:
    return one[0].lt_set(other[0]).intersect(one[1].add(factor).le_set(other[1]))


def _where_not_negative(factor: PwAff, fact: Set) -> Set:
    return factor.lt_set(number(0)).union(fact)


def without(rest: Set, parts: list[Set], tasks: Iterable[Tasks]) -> Set:
    """The points of a set that are in none of the parts for any task of the launches: these are all that there are.

    Task after task, since what is left of a range behind the shares of the first tasks is a range.
    """
    tasks = list(tasks)
    names = {of for each in tasks for of in each.names}
    shared = [part for part in parts if coordinates(part) & names]
    for part in parts:
        if not any(part is each for each in shared):
            rest = rest.subtract(part)
    among = [each for each in tasks if any(coordinates(part) & set(each.names) for part in shared)]
    if math.prod(math.prod(each.extents.values()) for each in among) > MOST_CASES:
        raise NotModelled("shares of too many tasks")
    for cases in itertools.product(*(list(each.cases()) for each in among)) if shared else ():
        values = {of: value for case in cases for of, value in case.items()}
        for part in shared:
            rest = rest.subtract(substitute_in_set(part, values))
        rest = rest.coalesce()
    return rest


def times(a: Int, b: Int, symbols: Symbols, tasks: Tasks | None) -> Int:
    """The product of two integers, linear in the tasks of a launch where it can be made so."""
    if tasks is None:
        return a.times(b, symbols)
    return _joined([(where, _linear(one.times(other, symbols), symbols, tasks)) for where, one, other in _by_pieces(a, b, symbols)])


def _by_pieces(a: Int, b: Int, symbols: Symbols) -> list[tuple[Set, Int, Int]]:
    """A product of two coordinates, one of which chooses between integers of sizes (`each + (task < rest)`), choice by choice."""
    for one, other in ((a, b), (b, a)):
        value = other.parts.get((), None) if len(other.parts) == 1 else None
        if value is None or value.n_piece() == 1 or any(_is_of_sizes(v, symbols) for v in (*one.parts.values(), value)):
            continue
        pieces = [(where, PwAff.from_aff(aff)) for where, aff in value.get_pieces()]
        if all(_is_of_sizes(piece, symbols) for _, piece in pieces):
            return [(where, one, Int.of(piece)) for where, piece in pieces]
    return [(EVERYWHERE, a, b)]


def _is_of_sizes(value: PwAff, symbols: Symbols) -> bool:
    return all(symbols.is_size(of) for of in coordinates(value))


def _linear(product: Int, symbols: Symbols, tasks: Tasks) -> Int:
    """The polynomial where a task times an expression of sizes that is no size itself (a quotient: a share) is a coordinate."""
    total = Int()
    for monomial, value in product.parts.items():
        share = next((of for of in monomial if of in symbols.derived or of in symbols.quotients), None)
        among = coordinates(value) & set(tasks.extents)
        part = Int({monomial: value})
        if share is not None and among and not any(_is_under_a_quotient(aff, among) for _, aff in value.get_pieces()):
            part = _joined([(where, _without_tasks(monomial, share, aff, symbols, tasks)) for where, aff in value.get_pieces()])
        total = total.plus(part)
    return total


def _is_under_a_quotient(aff: isl.Aff, names: set[str]) -> bool:
    quotients = [aff.get_div(i) for i in range(aff.dim(DIV)) if not aff.get_coefficient_val(DIV, i).is_zero()]
    return any(coordinates(PwAff.from_aff(quotient)) & names for quotient in quotients)


def _without_tasks(monomial: Monomial, share: str, coefficient: isl.Aff, symbols: Symbols, tasks: Tasks) -> Int:
    """share * (c task + rest) = c (task * share) + rest * share, beside the other symbols of a monomial."""
    others = list(monomial)
    others.remove(share)
    factor, total = symbols.value(share), Int()
    for i in range(coefficient.dim(PARAM)):
        of, by = coefficient.get_dim_name(PARAM, i), coefficient.get_coefficient_val(PARAM, i)
        if of in tasks.extents and not by.is_zero():
            coefficient = coefficient.set_coefficient_val(PARAM, i, 0)
            total = total.plus(Int({tuple(others): _product(of, factor, symbols, tasks).scale_val(by)}))
    rest = PwAff.from_aff(coefficient)
    if rest.is_cst():
        return total.plus(Int({tuple(others): factor.mul(rest)}))
    return total.plus(Int({monomial: rest}))


def _product(task: str, factor: PwAff, symbols: Symbols, tasks: Tasks) -> PwAff:
    """task * factor; term by term where the factor is a sum of quotients, so that `task * (each + 1)` is `task * each + task`."""
    if factor.n_piece() > 1 or not coordinates(factor) <= set(symbols.quotients):
        return tasks.product(task, factor)
    ((_, aff),) = factor.get_pieces()
    if aff.dim(DIV):
        return tasks.product(task, factor)
    total = name(task).scale_val(aff.get_constant_val())
    for i in range(aff.dim(PARAM)):
        by = aff.get_coefficient_val(PARAM, i)
        if not by.is_zero():
            total = total.add(tasks.product(task, name(aff.get_dim_name(PARAM, i))).scale_val(by))
    return total


def _joined(pieces: list[tuple[Set, Int]]) -> Int:
    """The integer that is given piece by piece."""
    if len(pieces) == 1:
        return pieces[0][1]
    parts: dict[Monomial, PwAff] = {}
    for monomial in dict.fromkeys(m for _, value in pieces for m in value.parts):
        values = [value.parts.get(monomial, number(0)).intersect_params(where) for where, value in pieces]
        parts[monomial] = functools.reduce(PwAff.union_add, values).coalesce()
    return Int(parts)
