"""Numeric intervals of polynomials: coarse, quick, and enough to say that 64-bit arithmetic on 32-bit sizes does not wrap."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

from xpiler.analysis.polynomial import Atom, Poly

if TYPE_CHECKING:
    from xpiler.analysis.ranges import Bounds

UNBOUNDED = 1 << 256  # stands for what has no bound: larger than anything computed from bounded numbers
Interval = tuple[int, int]


class Intervals:
    """The smallest and largest number a polynomial may be, each atom taken for itself."""

    def __init__(self, bounds_of: Callable[[Atom], Bounds]):
        self._bounds_of = bounds_of
        self._known: dict[Atom, Interval] = {}

    def of(self, poly: Poly) -> Interval:
        """The interval of a polynomial."""
        low = high = 0
        for monomial, c in poly.terms.items():
            a, b = c, c
            for atom in monomial:
                a, b = _times((a, b), self._atom(atom))
            low, high = low + a, high + b
        return low, high

    def _atom(self, atom: Atom) -> Interval:
        if atom not in self._known:
            self._known[atom] = (-UNBOUNDED, UNBOUNDED)  # while it is computed
            self._known[atom] = self._compute(atom)
        return self._known[atom]

    def _compute(self, atom: Atom) -> Interval:
        if atom.kind == "value":
            bounds = self._bounds_of(atom)
            lows = [self.of(p)[0] for p in bounds.lower]
            highs = [self.of(p)[1] for p in bounds.upper]
            return max(lows, default=-UNBOUNDED), min(highs, default=UNBOUNDED)
        intervals = [self.of(arg) for arg in atom.args]
        if atom.kind == "floordiv":
            (low, high), by = intervals[0], max(1, intervals[1][0])
            return (low // by if low < 0 else 0), (high // by if high >= 0 else 0)
        choose = min if atom.kind == "min" else max
        return choose(i[0] for i in intervals), choose(i[1] for i in intervals)


def _times(a: Interval, b: Interval) -> Interval:
    corners = [x * y for x, y in product(a, b)]
    return min(corners), max(corners)
