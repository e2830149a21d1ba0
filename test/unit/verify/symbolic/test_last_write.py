"""The data flow of a proof for all sizes against executions: every read of small random programs finds the write that reached it last."""

from __future__ import annotations

import itertools
import random

import pytest

from xpiler.verify.symbolic.dataflow import Flow
from xpiler.verify.symbolic.decoding import decoded
from xpiler.verify.symbolic.integers import Int, Symbols
from xpiler.verify.symbolic.program import Access, Array, Trace
from xpiler.verify.symbolic.sets import EVERYWHERE, PwAff, Set, coordinates, name, number, within
from xpiler.verify.symbolic.walker import Box

EXTENTS = {"i": 3, "t": 4, "p": 2, "q": 3, "r": 2, "s": 4}


class Program:
    """A loop over i with accesses of threads t to one array, each in loops of its own."""

    def __init__(self, seed: int):
        chance = random.Random(seed)
        self.array = Array("a", "f32")
        self.accesses = [self._access(chance, k, writes=k != 2) for k in range(4)]
        self.flow = Flow(Trace(arrays=[self.array], accesses=self.accesses), Box(Symbols(), EVERYWHERE))

    def _access(self, chance: random.Random, place: int, *, writes: bool) -> Access:
        own = ("p", "q") if writes else ("r", "s")
        dims = ("t", *(("i",) if place in (1, 2, 3) else ()), *own)
        domain = EVERYWHERE
        for of in dims:
            domain = domain.intersect(within(of, EXTENTS[of]))
        if chance.random() < 0.5:
            domain = domain.intersect(_element(chance, dims, chance.choice((1, 2))).le_set(number(chance.randint(1, 9))))
        time = (1, "i", place) if "i" in dims else (0,)
        time = (*time, own[0], 0, own[1], 0)
        return Access(
            self.array, writes, dims, domain, Int(), time, ("t",), (), tuple_index=(_element(chance, dims, chance.choice((0, 1, 2))),)
        )

    def instances(self, access: Access):
        for point in itertools.product(*(range(EXTENTS[of]) for of in access.dims)):
            at = dict(zip(access.dims, point, strict=True))
            if not access.domain.intersect(_point(at)).is_empty():
                yield at

    def moment(self, access: Access, at: dict[str, int]) -> tuple[int, ...]:
        time = [at[t] if isinstance(t, str) else t for t in access.time]
        return (*time, *[0] * (self.flow.depth - len(time)), at["t"])

    def executed(self) -> dict[tuple, tuple | None]:
        """For each instance of the read the write that came last: its number and its instance."""
        happened = []
        for access in self.accesses:
            for at in self.instances(access):
                happened.append((self.moment(access, at), access, at, _value(access.tuple_index[0], at)))
        last: dict[int, tuple] = {}
        found: dict[tuple, tuple | None] = {}
        for _, access, at, element in sorted(happened, key=lambda event: event[0]):
            if access.writes:
                last[element] = (access.number, tuple(at.items()))
            else:
                found[tuple(at.items())] = last.get(element)
        return found

    def told(self) -> dict[tuple, tuple | None]:
        """The same by the data flow."""
        read = self.accesses[2]
        sources, rest = self.flow.sources(read)
        found: dict[tuple, tuple | None] = {}
        for at in self.instances(read):
            here = [s for s in sources if not s.domain.intersect(_point(at)).is_empty()]
            assert len(here) + (not rest.intersect(_point(at)).is_empty()) == 1
            found[tuple(at.items())] = None
            for source in here:
                instance = tuple((of, _value(source.instance[of], at)) for of in source.write.dims)
                found[tuple(at.items())] = (source.write.number, instance)
        return found


def _element(chance: random.Random, dims: tuple[str, ...], kind: int) -> PwAff:
    """Digits in order, any sum, or one with quotients."""
    total = number(chance.randint(0, 2))
    weight = 1
    for of in chance.sample(dims, len(dims)) if kind == 0 else dims:
        if kind == 0:
            total = total.add(name(of).mul(number(weight)))
            weight *= EXTENTS[of]
        elif kind == 1:
            total = total.add(name(of).mul(number(chance.randint(-1, 3))))
        else:
            whole = name(of).add(number(chance.choice((0, 0, 1))))
            part = whole.div(number(2)).floor() if chance.random() < 0.5 else whole.tdiv_r(number(2))
            total = total.add(part.mul(number(chance.randint(0, 3))))
    return total


def _point(at: dict[str, int]) -> Set:
    point = EVERYWHERE
    for of, value in at.items():
        point = point.intersect(name(of).eq_set(number(value)))
    return point


def _value(of: PwAff, at: dict[str, int]) -> int:
    return of.intersect_params(_point({k: v for k, v in at.items() if k in coordinates(of)})).max_val().to_python()


@pytest.mark.parametrize("seed", range(10))
def test_a_read_finds_the_last_write(seed: int) -> None:
    program = Program(seed)
    assert program.told() == program.executed()


def test_digits_are_read_only_where_they_do_not_overlap() -> None:
    """`4*i + j` tells both for j below 4, and none of them for j up to 4."""
    element = (name("i").mul(number(4)).add(name("j")),)
    for most, is_told in ((4, True), (5, False)):
        (part,) = decoded(("i", "j"), within("i", 8).intersect(within("j", most)), element)
        assert bool(part.steps) is is_told


def test_a_coordinate_in_two_halves() -> None:
    """A thread whose quotient is the row and whose remainder is the column."""
    element = (name("t").div(number(16)).floor(), name("t").tdiv_r(number(16)))
    (part,) = decoded(("t",), within("t", 256), tuple(v.gist_params(within("t", 256)) for v in element))
    told = part.told((name("row"), name("col")))
    assert told["t"].is_equal(name("row").mul(number(16)).add(name("col")))
