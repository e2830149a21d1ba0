"""What is known of an integer that is computed of positive sizes: a polynomial over them, or bounds, or both.

A size is one or more, and at most what its type holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from xpiler.verify.terms.polynomial import UNIT, Atoms, Polynomial, accumulate, negative, product, times

MOST_TERMS = 64  # of a polynomial whose bounds are asked


@dataclass(frozen=True)
class Known:
    """The value as a polynomial over the sizes, the least and the largest that it may be; None is what is not known."""

    exact: Polynomial | None = None
    low: int | None = None
    high: int | None = None

    @property
    def is_natural(self) -> bool:
        """Whether it is not negative."""
        return self.low is not None and self.low >= 0

    @property
    def is_positive(self) -> bool:
        """Whether it is one or more."""
        return self.low is not None and self.low >= 1

    @property
    def truth(self) -> bool | None:
        """What it is as a truth value, if it is always the same one."""
        return bool(self.low) if self.low is not None and self.low == self.high else None


NOTHING = Known()


def number(value: int) -> Known:
    """A constant."""
    return Known({UNIT: value} if value else {}, value, value)


def either(values: list[Known]) -> Known:
    """What holds of all."""
    if not values:
        return NOTHING
    lows, highs = [v.low for v in values], [v.high for v in values]
    exact = values[0].exact if all(v.exact == values[0].exact for v in values) else None
    return Known(exact, None if None in lows else min(lows), None if None in highs else max(highs))


class SizePolynomials:
    """The sizes of one function, and arithmetic on them."""

    def __init__(self) -> None:
        self._atoms = Atoms()
        self._most: dict[int, int] = {}

    def size(self, position: int, most: int) -> Known:
        """The size that is the parameter at a position."""
        atom = self._atoms.number((position,))
        self._most[atom] = most
        return self._bounded({((atom, 1),): 1})

    def plus(self, a: Known, b: Known, sign: int = 1) -> Known:
        """a + b, or a - b."""
        low, high = (b.low, b.high) if sign > 0 else (_negated(b.high), _negated(b.low))
        bounds = Known(None, _both(a.low, low), _both(a.high, high))
        if a.exact is None or b.exact is None:
            return bounds
        total = dict(a.exact)
        accumulate(total, b.exact, sign)
        found = self._bounded(total)
        return Known(found.exact, bounds.low if found.low is None else found.low, bounds.high if found.high is None else found.high)

    def minus(self, a: Known, b: Known) -> Known:
        """a - b."""
        return self.plus(a, b, -1)

    def times(self, a: Known, b: Known) -> Known:
        """a * b."""
        if a.exact is not None and b.exact is not None:
            return self._bounded(product(a.exact, b.exact))
        if not (a.is_natural and b.is_natural):
            return NOTHING
        return Known(None, a.low * b.low, None if a.high is None or b.high is None else a.high * b.high)

    def quotient(self, a: Known, b: Known) -> Known | None:
        """a / b where nothing is left over, so that it does not matter how it is rounded; None where that is not seen."""
        found = _divided(a.exact, b.exact) if b.is_positive and a.exact is not None and b.exact is not None else None
        return None if found is None else self._bounded(found)

    def _bounded(self, polynomial: Polynomial) -> Known:
        if len(polynomial) > MOST_TERMS:
            return NOTHING
        return Known(polynomial, _least(polynomial), self._largest(polynomial))

    def _largest(self, polynomial: Polynomial) -> int | None:
        """The largest value: where the sizes are one if it falls, else what types allow if it rises."""
        falling = _least(negative(polynomial))
        if falling is not None:
            return -falling
        if any(coefficient < 0 for coefficient in polynomial.values()):
            return None
        total = 0
        for monomial, coefficient in polynomial.items():
            for atom, power in monomial:
                coefficient *= self._most[atom] ** power
            total += coefficient
        return total


def _negated(value: int | None) -> int | None:
    return None if value is None else -value


def _both(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _least(polynomial: Polynomial) -> int | None:
    """The least value over all sizes where it rises with what they are more than one; None where it does not."""
    moved: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        term: Polynomial = {UNIT: coefficient}
        for atom, power in monomial:
            for _ in range(power):
                term = product(term, {UNIT: 1, ((atom, 1),): 1})
        accumulate(moved, term)
    return moved.get(UNIT, 0) if all(c > 0 for m, c in moved.items() if m != UNIT) else None


def _divided(dividend: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """The quotient by one product of sizes, where each term of the dividend has it as a factor."""
    if len(divisor) != 1:
        return None
    ((factors, coefficient_of_all),) = divisor.items()
    found: Polynomial = {}
    for monomial, coefficient in dividend.items():
        powers = dict(monomial)
        if coefficient % coefficient_of_all or any(powers.get(atom, 0) < power for atom, power in factors):
            return None
        left = times(monomial, tuple((atom, -power) for atom, power in factors))
        found[tuple((atom, power) for atom, power in left if power)] = coefficient // coefficient_of_all
    return found
