"""The steps of loops: a constant, or what is constant wherever a loop runs more than once."""

from __future__ import annotations

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.sets import EVERYWHERE, PwAff, Set, choice, holds, name, number
from xpiler.verify.symbolic.walker import Walker

BEYOND_ALL = 1 << 62  # a step that leaves any range


class Stride:
    """The step of a loop: a constant, or one constant on each part of the sizes; `once` is the step where the loop runs at most once."""

    def __init__(self, pieces: list[tuple[Set, int]], once: tuple[Set, PwAff] | None = None):
        self.pieces, self.once = pieces, once

    def times(self, counter: str) -> PwAff:
        """counter * step."""
        return self._sum(lambda step: name(counter).mul(number(step)))

    def trips(self, difference: PwAff) -> PwAff:
        """How often the loop runs."""
        return self._sum(lambda step: difference.add(number(step - 1)).div(number(step)).floor().max(number(0))).coalesce()

    def after(self, trips: PwAff) -> PwAff:
        """How far the counter is moved when the loop ends."""
        found = [trips.mul(number(step)).intersect_params(where) for where, step in self.pieces if step != BEYOND_ALL]
        if self.once is not None:
            where, step = self.once
            found.append(choice(trips.ge_set(number(1)), step, number(0)).intersect_params(where))
        return self._total(found)

    def _sum(self, of) -> PwAff:
        return self._total([of(step).intersect_params(where) for where, step in self.pieces])

    @staticmethod
    def _total(parts: list[PwAff]) -> PwAff:
        total = parts[0]
        for part in parts[1:]:
            total = total.union_add(part)
        return total


def step_of(w: Walker, step: Int, difference: PwAff) -> Stride:
    """A constant step; or an expression of sizes such that wherever it is not constant the loop runs at most once."""
    if step.constant is not None:
        if step.constant <= 0:
            raise NotModelled("a loop whose step is not positive")
        return Stride([(EVERYWHERE, step.constant)])
    value = step.affine(w.symbols, "the step of a loop")
    domain = w.domain.intersect_params(w.box.sizes)
    if not holds(value.ge_set(number(1)), domain):
        raise NotModelled("a loop whose step is not shown to be positive")
    pieces: list[tuple[Set, int]] = []
    rest = EVERYWHERE
    for where, aff in value.get_pieces():
        part = PwAff.from_aff(aff)
        if part.is_cst() and not domain.intersect_params(where).is_empty():
            pieces.append((where, part.max_val().to_python()))
            rest = rest.subtract(where)
    again = domain.intersect_params(rest).intersect_params(value.lt_set(difference))
    if not again.is_empty():
        raise NotModelled("a loop whose step depends on sizes and that runs more than once")
    # One iteration: any step that leaves the range after it will do, so the step is replaced by one beyond all sizes.
    pieces.append((rest.coalesce(), BEYOND_ALL))
    return Stride(pieces, (rest.coalesce(), value))


def distance(w: Walker, low: Int, high: Int) -> PwAff:
    """How far it is from one bound of a loop to the other."""
    difference = high.plus(low, -1)
    if all(m == () for m in difference.parts):
        return difference.parts.get((), number(0))
    return difference.affine(w.symbols, "a loop bound")
