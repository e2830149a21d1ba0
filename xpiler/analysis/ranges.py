"""Proofs that a polynomial is never negative, from the bounds of its atoms and from facts that hold at a place.

The prover replaces one atom after another by a bound that makes the polynomial smaller, innermost loops first, until
what is left is plainly not negative. It answers "proved" or "do not know", never "no".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import gcd

from xpiler.analysis.asked import answered, shape_of
from xpiler.analysis.counterexamples import is_refuted
from xpiler.analysis.intervals import Intervals
from xpiler.analysis.polynomial import Atom, Poly


@dataclass(frozen=True)
class Bounds:
    """Inclusive bounds of an atom: each of `lower` is at most it, each of `upper` at least it."""

    lower: tuple[Poly, ...] = ()
    upper: tuple[Poly, ...] = ()


Facts = tuple[Poly, ...]  # polynomials known to be >= 0
DEPTHS = (2, 4, 8)  # how many replacements in a row: short proofs are looked for first
EFFORT = 120  # how many polynomials one search may look at


class Ranges:
    """The prover; `bounds_of` says what is known of an atom of kind `value`."""

    def __init__(self, bounds_of: Callable[[Atom], Bounds]):
        self.bounds_of = bounds_of
        self.intervals = Intervals(bounds_of)
        self.effort = EFFORT  # callers whose few questions are worth longer searches say so
        self.base: Facts = ()  # facts that hold everywhere
        self._known: dict[tuple[Poly, Facts], bool] = {}
        self._effort = 0
        self._failed: dict[Poly, int] = {}  # how deep the current search has tried a polynomial in vain

    def nonneg(self, poly: Poly, facts: Facts = ()) -> bool:
        """Whether `poly >= 0` is proved."""
        facts = (*facts, *(f for f in self.base if f not in facts)) if facts else self.base
        key = (poly, facts)
        if key not in self._known:
            self._known[key] = self.intervals.of(poly)[0] >= 0 or self._answered(poly, facts, DEPTHS)
        return self._known[key]

    def _answered(self, poly: Poly, facts: Facts, depths: tuple[int, ...]) -> bool:
        shape = (*shape_of(poly, facts, self.bounds_of), depths, self.effort)
        return answered(shape, lambda: self._proved(poly, facts, *depths))

    def _proved(self, poly: Poly, facts: Facts, short: int, *longer: int) -> bool:
        if self._search(poly, facts, short):
            return True
        return not is_refuted(poly, facts, self.bounds_of) and any(self._search(poly, facts, depth) for depth in longer)

    def _search(self, poly: Poly, facts: Facts, depth: int) -> bool:
        outer = self._effort, self._failed  # a bound that is looked up may ask a question of its own
        self._effort, self._failed = self.effort, {}
        proved = self._prove(poly, facts, depth)
        self._effort, self._failed = outer
        return proved

    def soon_nonneg(self, poly: Poly) -> bool:
        """Whether a short proof shows `poly >= 0`: for simplifications that are tried all the time."""
        if (poly, self.base) in self._known:
            return self._known[poly, self.base]
        return self.intervals.of(poly)[0] >= 0 or self._answered(poly, self.base, DEPTHS[:2])

    def positive(self, poly: Poly, facts: Facts = ()) -> bool:
        """Whether `poly >= 1` is proved."""
        return self.nonneg(poly - 1, facts)

    def below(self, poly: Poly, limit: Poly, facts: Facts = ()) -> bool:
        """Whether `poly < limit` is proved."""
        return self.nonneg(limit - poly - 1, facts)

    def within(self, poly: Poly, limit: Poly, facts: Facts = ()) -> bool:
        """Whether `0 <= poly < limit` is proved."""
        return self.nonneg(poly, facts) and self.below(poly, limit, facts)

    def _prove(self, poly: Poly, facts: Facts, depth: int) -> bool:
        number = poly.as_int()
        if number is not None:
            return number >= 0
        if depth <= self._failed.get(poly, 0):
            return False
        self._effort -= 1
        if self._effort <= 0:
            return False
        self._failed[poly] = depth  # until proved otherwise, against circles as well
        if not self._prove_here(poly, facts, depth):
            return False
        self._failed.pop(poly, None)
        return True

    def _prove_here(self, poly: Poly, facts: Facts, depth: int) -> bool:
        if self._plainly_nonneg(poly, facts, depth) or poly in facts:
            return True
        if any(self._prove(smaller, facts, depth - 1) for smaller in self._below(poly, facts, depth)):
            return True
        return self._prove_by_cases(poly, facts, depth)

    def _prove_by_cases(self, poly: Poly, facts: Facts, depth: int) -> bool:
        """A minimum or maximum is one of its arguments: whichever it is, the rest must hold."""
        for atom in poly.own_atoms():
            split = poly.split(atom) if atom.kind in ("min", "max") else None
            if split:
                cases = (split[1] + split[0] * arg for arg in atom.args)
                return all(self._prove(case, facts, depth - 1) for case in cases)
        return False

    def _plainly_nonneg(self, poly: Poly, facts: Facts, depth: int) -> bool:
        if min(poly.terms.values()) < 0:
            return False
        atoms = poly.own_atoms()
        if any(len(m) > 1 and len(set(m)) != len(m) for m in poly.terms):  # a square is not negative whatever its atom is
            odd = {a for m in poly.terms for a in m if m.count(a) % 2}
            atoms = tuple(a for a in atoms if a in odd)
        return all(self._atom_nonneg(atom, facts, depth - 1) for atom in atoms)

    def _atom_nonneg(self, atom: Atom, facts: Facts, depth: int) -> bool:
        if Poly.atom(atom) in facts:
            return True
        if atom.kind == "value":
            lower = self.bounds_of(atom).lower
            return any(self._prove(low, facts, depth - 1) for low in lower) if depth > 0 else False
        if atom.kind == "floordiv":
            return self._prove(atom.args[0], facts, depth - 1)
        needed = all if atom.kind == "min" else any
        return needed(self._prove(arg, facts, depth - 1) for arg in atom.args)

    def _below(self, poly: Poly, facts: Facts, depth: int) -> Iterator[Poly]:
        """Polynomials that are at most (a positive multiple of) `poly`, promising ones first."""
        for atom in reversed(poly.own_atoms()):
            split = poly.split(atom)
            if split is None:
                continue
            factor, rest = split
            if atom.kind == "floordiv":
                yield from self._below_floordiv(atom, factor, rest, facts, depth)
                continue
            sign = self._sign(factor, facts, depth)
            if sign:
                bounds = self._bounds(atom, sign)
                if factor.as_int() is None:  # what facts say of an atom with a number is subtracted below
                    bounds = (*bounds, *_bounds_in(facts, atom, sign))
                yield from (rest + factor * bound for bound in bounds)
        for fact in facts:
            if _share_a_term(poly.terms, fact.terms):
                yield poly - fact
                yield from _scaled(poly, fact)

    def _bounds(self, atom: Atom, sign: int) -> tuple[Poly, ...]:
        if atom.kind == "value":
            bounds = self.bounds_of(atom)
            return bounds.lower if sign > 0 else bounds.upper
        helpful = (atom.kind == "max") == (sign > 0)  # max(a, b) is at least a, min(a, b) at most a
        return atom.args if helpful else ()

    def _below_floordiv(self, atom: Atom, factor: Poly, rest: Poly, facts: Facts, depth: int) -> Iterator[Poly]:
        dividend, divisor = atom.args  # a division that is computed has a divisor that is not zero: it is positive
        yield from self._below_coarser(atom, factor, rest, facts, depth)
        quotient, remainder = factor.divided_by(divisor)
        exact = not remainder.terms
        scale, factor, rest = (1, quotient, rest) if exact else (divisor, factor, rest * divisor)
        sign = self._sign(factor, facts, depth)
        # what is scaled by the divisor, or all multiples of one number, is not negative as soon as it is above minus that
        slack = _common_factor(rest, factor * divisor) - 1 if scale == 1 else divisor - 1
        if sign < 0:
            yield rest + factor * dividend + slack
        elif sign > 0:
            yield rest + factor * (dividend - divisor + 1) + slack
            if scale == 1 and self._prove(dividend, facts, depth - 1):
                yield rest

    def _below_coarser(self, atom: Atom, factor: Poly, rest: Poly, facts: Facts, depth: int) -> Iterator[Poly]:
        """`x floordiv (c*d)` is `(x floordiv c) floordiv d`: d times it is at most `x floordiv c`, and above that minus d."""
        for other in rest.own_atoms():
            if other.kind != "floordiv" or other.args[0] != atom.args[0]:
                continue
            ratio, odd = atom.args[1].divided_by(other.args[1])
            times, rest_of_factor = factor.divided_by(ratio) if ratio.terms else (Poly({}), factor)
            if odd.terms or rest_of_factor.terms or not times.terms:
                continue
            sign = self._sign(times, facts, depth)
            if sign:
                finer = Poly.atom(other) if sign < 0 else Poly.atom(other) - ratio + 1
                yield rest + times * finer

    def _sign(self, factor: Poly, facts: Facts, depth: int) -> int:
        number = factor.as_int()
        if number is not None:
            return (number > 0) - (number < 0)
        if factor in facts or -factor in facts:
            return 1 if factor in facts else -1
        if self._prove(factor, facts, depth - 3 if depth > 3 else 0):
            return 1
        return -1 if self._prove(-factor, facts, depth - 3 if depth > 3 else 0) else 0


def _bounds_in(facts: Facts, atom: Atom, sign: int) -> Iterator[Poly]:
    """Numbers that facts say an atom is at least (sign 1) or at most: `atom - 3 >= 0`."""
    for fact in facts:
        rest = fact - Poly.atom(atom) * sign
        if rest.as_int() is not None:
            yield rest * -sign


def _common_factor(*polys: Poly) -> int:
    """What divides every coefficient: a multiple of it that is above `-factor` is not negative."""
    return gcd(*(c for poly in polys for c in poly.terms.values())) or 1


def _share_a_term(terms: dict, others: dict) -> bool:
    """Whether some monomial has coefficients of one sign in both."""
    for monomial, c in others.items():
        if monomial and monomial in terms and (terms[monomial] > 0) == (c > 0):
            return True
    return False


def _scaled(poly: Poly, fact: Poly) -> Iterator[Poly]:
    """`poly - k*fact` for the numbers `k` above 1 that cancel a term."""
    for lead, by in fact.terms.items():
        if lead and lead in poly.terms:
            factor, odd = divmod(poly.terms[lead], by)
            if factor > 1 and not odd:
                yield poly - fact * factor
