"""The threads of a launch, or the iterations of a loop that steps by all of them, as the numbers that they are.

`blockIdx.x * B + threadIdx.x` numbers the threads of a launch, one number a thread (`lemmas.digits_are_quotients`); what a loop from
there on in steps of `gridDim.x * B` comes to are all numbers, each once. Where nothing in a kernel asks for a block or a thread by
itself, the number is the coordinate that tells its instances apart, and it can be taken apart in other digits (digits.py). Numbers are
parallel: races are looked for between any two of them, those of one thread too, so that their order is of no consequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic import digits
from xpiler.verify.symbolic.digits import Digits, Place
from xpiler.verify.symbolic.integers import Int, Symbols
from xpiler.verify.symbolic.program import Access, Group, Held
from xpiler.verify.symbolic.sets import PARAM, PwAff, Set, coordinates, equal_on, holds, name, number, project_out
from xpiler.verify.terms.term import Term

if TYPE_CHECKING:
    from xpiler.verify.symbolic.walker import Walker

ASKED = "a block or a thread by itself, where their numbers are taken apart"

SHARED = "memory that a block shares, where the numbers of threads are taken apart"


@dataclass
class Threads:
    """The threads of a launch in one dimension: the number of one, how many there are, the coordinates that it is made of and their ranges.

    `blocks` are the coordinates of the grid's other dimensions, `around` those outside of the launch.
    """

    place: Place
    number: Int
    count: Int
    gone: tuple[str, ...]
    blocks: tuple[str, ...]
    around: tuple[str, ...]
    groups: tuple[Group, ...]
    ranges: Set
    statements: int
    flat: list[Access] = field(default_factory=list)

    def domain(self, domain: Set) -> Set:
        """A condition without the coordinates that are gone, of which it must say nothing but their ranges."""
        found = project_out(domain, self.gone).coalesce()
        if not holds(domain, found.intersect_params(self.ranges)):
            raise NotModelled(ASKED)
        return found


@dataclass
class Flat:
    """Numbers in the place of threads: `most` is how many there are where no condition around says it."""

    threads: Threads
    digits: Digits
    most: Int | None

    def domain(self, w: Walker) -> Set:
        """Which numbers get here."""
        domain = self.threads.domain(w.domain)
        if self.most is not None and not self._are_threads(domain.intersect_params(w.box.sizes), w.symbols):
            raise NotModelled("threads that no condition limits, where their numbers are taken apart")
        return domain

    def _are_threads(self, domain: Set, symbols: Symbols) -> bool:
        """Whether no number is beyond the last thread: as many whole rows as a size says are no more than there are threads."""
        first = name(self.digits.first)
        most = self.most.affine(symbols)
        for rows in [(of,) for of in symbols.sizes] + list(symbols.products):
            whole = symbols.amount(tuple(sorted((*rows, *self.digits.unit))))
            if holds(first.lt_set(symbols.amount(rows)), domain) and holds(whole.le_set(most), domain):
                return True
        return domain.is_empty()


@contextmanager
def entered(w: Walker, threads: Threads, inside: Digits, most: Int | None) -> Iterator[None]:
    """Inside, the numbers are the coordinates."""
    if w.flat is not None or threads.flat:
        raise NotModelled("a second loop over all threads of a launch")
    threads.domain(w.domain)
    before = (w.domain, w.dims, w.time, w.groups, w.threads, w.flat)
    w.domain = w.domain.intersect_params(inside.domain).coalesce()
    dims = (*threads.blocks, *inside.names)
    w.dims, w.threads = (*threads.around, *dims), ()
    w.groups = (*threads.groups, Group(dims, threads.around))
    gone = {of for of in threads.gone if of not in dims}
    w.time = [*(0 if at in gone else at for at in w.time), *(x for of in inside.names for x in (of, 0))]
    w.flat = Flat(threads, inside, most)
    first = len(w.trace.accesses)
    yield
    w.domain, w.dims, w.time, w.groups, w.threads, w.flat = before
    threads.flat = w.trace.accesses[first:]


def left(w: Walker, threads: Threads) -> None:
    """The end of a launch: where some of it is told apart by numbers, all of it is, and nothing asks for what they stand for."""
    if not threads.flat:
        return
    made = w.trace.accesses[threads.statements :]
    if len(made) != len(threads.flat):
        raise NotModelled("accesses beside a loop over all threads of a launch")
    gone = set(threads.gone)
    seen: set[int] = set()
    for access in made:
        if digits.mentioned(access.index) & gone or set(access.array.owner) & gone or mentions(access.term, gone, seen):
            raise NotModelled(ASKED)


def mentions(term: object, names: set[str], seen: set[int]) -> bool:
    """Whether a value that is stored depends on coordinates by itself; what it reads are accesses of their own."""
    if isinstance(term, Held):
        return _held(term.what, names)
    if not isinstance(term, Term) or id(term) in seen:
        return False
    seen.add(id(term))
    return any(mentions(argument, names, seen) for argument in term.args)


def _held(what: object, names: set[str]) -> bool:
    if isinstance(what, Int):
        return bool(digits.mentioned(what) & names)
    return isinstance(what, Set | PwAff) and bool(coordinates(what) & names)


def renumbered(w: Walker, value: Int) -> Int:
    """A sum in which threads are told by their number, where numbers are the coordinates: `c (B b + t) + rest` is `c i + rest`."""
    if w.flat is None or w.flat.most is None:
        return value
    threads = w.flat.threads
    times = _coefficient(value, threads.gone[-1])
    moved = value.plus(_scaled(threads.number, times), -1)
    if not times or digits.mentioned(moved) & set(threads.gone):
        return value
    return moved.plus(_scaled(w.flat.digits.value, times))


def _scaled(value: Int, by: int) -> Int:
    return value.map(lambda part: part.mul(number(by)))


def _coefficient(value: Int, of: str) -> int:
    """How often a coordinate is in the part of an integer that isl sees; 0 where that is not one affine expression."""
    part = value.parts.get(())
    if part is None or part.n_piece() != 1:
        return 0
    ((_, aff),) = part.get_pieces()
    at = aff.find_dim_by_name(PARAM, of)
    found = aff.get_coefficient_val(PARAM, at) if at >= 0 else None
    return found.to_python() if found is not None and found.is_int() else 0


def is_over_threads(w: Walker, low: Int, step: Int) -> bool:
    """Whether a loop begins with a thread's number and steps by as many as there are threads."""
    threads = w.of_launch
    if threads is None or not digits.is_same(low, threads.number):
        return False
    return equal_on(step.affine(w.symbols), threads.count.affine(w.symbols), w.box.sizes)
