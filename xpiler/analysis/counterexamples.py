"""Numbers that show a polynomial to be negative somewhere: then no proof of the contrary need be looked for.

Most questions to the prover have the answer no, and only an exhausted search says so. A few assignments of numbers to
loop variables and sizes, each within its bounds and under all facts, find most of them in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xpiler.analysis.polynomial import Atom, Poly

if TYPE_CHECKING:
    from xpiler.analysis.ranges import Bounds, Facts

ASSIGNMENTS = 16
SIZES = (1, 7, 3, 64, 100, 2, 257, 1000)  # what a value without bounds is taken to be
LARGEST_STEP = 1 << 40


class _NoAssignment(Exception):
    """The numbers chosen so far leave none for an atom: a loop that does not run, a division by zero."""


def is_refuted(poly: Poly, facts: Facts, bounds_of: Callable[[Atom], Bounds]) -> bool:
    """Whether some assignment within all bounds, under all facts, makes `poly` negative."""
    return any(_Assignment(turn, bounds_of).refutes(poly, facts) for turn in range(ASSIGNMENTS))


class _Assignment:
    """Numbers for atoms, chosen when first asked for: the ends of the ranges in some turns, something between in others."""

    def __init__(self, turn: int, bounds_of: Callable[[Atom], Bounds]):
        self._turn = turn
        self._bounds_of = bounds_of
        self._numbers: dict[Atom, int] = {}

    def refutes(self, poly: Poly, facts: Facts) -> bool:
        try:
            return self._of(poly) < 0 and all(self._of(fact) >= 0 for fact in facts)
        except _NoAssignment:
            return False

    def _of(self, poly: Poly) -> int:
        total = 0
        for monomial, c in poly.terms.items():
            for atom in monomial:
                c *= self._number(atom)
            total += c
        return total

    def _number(self, atom: Atom) -> int:
        if atom not in self._numbers:
            self._numbers[atom] = self._chosen(atom) if atom.kind == "value" else self._computed(atom)
        return self._numbers[atom]

    def _computed(self, atom: Atom) -> int:
        numbers = [self._of(arg) for arg in atom.args]
        if atom.kind != "floordiv":
            return (min if atom.kind == "min" else max)(numbers)
        if numbers[1] <= 0:
            raise _NoAssignment
        return numbers[0] // numbers[1]

    def _chosen(self, atom: Atom) -> int:
        bounds = self._bounds_of(atom)
        low = max((self._of(p) for p in bounds.lower), default=None)
        high = min((self._of(p) for p in bounds.upper), default=None)
        size = SIZES[(self._turn + 3 * atom.serial) % len(SIZES)]
        if low is None or (low < 0 and (high is None or high > size)):
            return size if high is None else min(size, high)
        if high is not None and high < low:
            raise _NoAssignment
        return self._between(low, low + size if high is None else high, atom.serial)

    def _between(self, low: int, high: int, salt: int) -> int:
        place = (self._turn * 5 + salt * (self._turn // 4)) % 4  # the first turns take the same end everywhere
        inner = low + (self._turn * 2654435761 + salt * 40503) % (min(high - low, LARGEST_STEP) + 1)
        return (low, high, inner, inner)[place]
