"""Proofs that integer arithmetic does not wrap, from loop bounds, guards around it, and the facts about sizes."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.raising.structure import entry, operations

MAX_STEPS = 6  # facts in a row that a sum telescopes by
MAX_TRIES = 400


class IndexProofs:
    """Answers "is this index value within these limits here"; a question that is not proved is answered no."""

    def __init__(self, kernel: ir.Operation):
        self._kernel = kernel
        self.begin_again()

    def _parameter_limits(self, kernel: ir.Operation) -> list[Poly]:
        limits = []
        for argument in entry(kernel).arguments:
            if isinstance(argument.type, ir.IntegerType) and argument.type.width in (32, 64):
                limits.append(Poly.constant(2 ** (argument.type.width - 1) - 1) - self.forms.of(argument))
        for op in operations(entry(kernel)):
            if op.name in ("arith.addi", "arith.muli", "arith.subi") and "nsw" in str(op.attributes["overflowFlags"]):
                limits.append(Poly.constant(2 ** (op.results[0].type.width - 1) - 1) - self.forms.of(op.results[0]))
        return limits

    def begin_again(self) -> None:
        """Reads what is assumed everywhere anew: the arithmetic that it is about may have been rewritten."""
        self.forms = IndexForms()
        self._of_block: dict[ir.Block, tuple[Poly, ...]] = {}
        self._everywhere = self._parameter_limits(self._kernel)

    def at_least(self, value: ir.Value, low: int, where: ir.Operation) -> bool:
        """Is `value >= low` wherever `where` runs?"""
        return self._nonneg(self.forms.of(value) - low, where)

    def at_most(self, value: ir.Value, high: int, where: ir.Operation) -> bool:
        """Is `value <= high` wherever `where` runs?"""
        return self._nonneg(Poly.constant(high) - self.forms.of(value), where)

    def _nonneg(self, poly: Poly, where: ir.Operation) -> bool:
        number = poly.as_int()
        if number is not None:
            return number >= 0
        facts = (*self.forms.ranges.base, *self._facts(where))
        return self.forms.ranges.nonneg(poly, facts) or telescopes(poly, facts) or self._is_positive_factor(poly + 1, facts)

    def _is_positive_factor(self, poly: Poly, facts: tuple[Poly, ...]) -> bool:
        """Is `poly` a factor of a product that a guard `i < a*b*c` shows to be at least one?"""
        if len(poly.terms) != 1 or not _is_atom(poly):
            return False
        ((atom,),) = poly.terms
        return any(atom in monomial and self._is_at_least_one(monomial, fact) for fact in facts for monomial in fact.terms)

    def _is_at_least_one(self, product: tuple, fact: Poly) -> bool:
        """Does `fact >= 0` leave no room for `product`, whose factors are not negative, to be zero?"""
        rest = Poly({monomial: -c for monomial, c in fact.terms.items() if monomial != product})
        return fact.terms[product] > 0 and all(self.forms.ranges.nonneg(each) for each in (rest - 1, *map(Poly.atom, product)))

    def _facts(self, where: ir.Operation) -> tuple[Poly, ...]:
        block = where.block
        if block not in self._of_block:
            facts = tuple(dict.fromkeys([*facts_at(self.forms, where), *self._everywhere]))
            self._of_block[block] = (*facts, *self._counts(facts))
        return self._of_block[block]

    def _counts(self, facts: tuple[Poly, ...]) -> list[Poly]:
        """The quotients that facts are about, such as numbers of blocks, which are not negative."""
        quotients = dict.fromkeys(atom for fact in facts for atom in fact.own_atoms() if atom.kind == "floordiv")
        return [poly for poly in map(Poly.atom, quotients) if poly not in facts and self.forms.ranges.nonneg(poly, facts)]


def telescopes(poly: Poly, facts: tuple[Poly, ...]) -> bool:
    """Is `poly` not negative because facts, times sizes that are not negative, cancel it term by term?

    `L - i*N - j` by `N - j - 1`, then `(M - i - 1) * N`, then `L - M*N`: how a subscript stays within its buffer. Within one matrix
    of a batch, `L - M*N` is told from `L - B*M*N` and `(B - 1) * M*N`.
    """
    return _Telescoping(facts).proves(poly, MAX_STEPS)


class _Telescoping:
    def __init__(self, facts: tuple[Poly, ...]):
        self.facts = facts
        self.at_least_one = [fact for fact in facts if len(fact.terms) == 2 and fact.terms.get(()) == -1]
        self.sizes = {next(iter(fact.terms))[0] for fact in facts if len(fact.terms) == 1 and _is_atom(fact)}
        self.tries = MAX_TRIES

    def proves(self, poly: Poly, steps: int) -> bool:
        if all(c >= 0 and self.sizes.issuperset(monomial) for monomial, c in poly.terms.items()):
            return True
        self.tries -= 1
        if steps == 0 or self.tries < 0:
            return False
        negative = [(monomial, c) for monomial, c in poly.terms.items() if c < 0 and monomial]
        if negative and self._part_of_a_limit(poly, steps):
            return True
        for fact in self.facts:
            for monomial, c in negative:
                for factor in self._factors(monomial, c, fact):
                    if self.proves(poly - fact * factor, steps - 1):
                        return True
        return False

    def _part_of_a_limit(self, poly: Poly, steps: int) -> bool:
        """Is what is left a limit less a product that is a factor of one with a limit?"""
        (monomial, c), *more = [term for term in poly.terms.items() if term[1] < 0]
        if more or not self.sizes.issuperset(monomial):
            return False
        for fact in self.at_least_one:
            raised = poly - fact * Poly({monomial: -c})
            others = [m for m in raised.terms if m and m != monomial]
            if any(m in limit.terms and limit.terms[m] < 0 for m in others for limit in self.facts):
                if self.proves(raised, steps - 1):
                    return True
        return False

    def _factors(self, monomial: tuple, c: int, fact: Poly) -> Iterator[Poly]:
        """What a fact is multiplied by to cancel a term, or more than cancel it; never a negative number."""
        for lead, d in fact.terms.items():
            left = list(monomial)
            if not lead or d >= 0 or not all(atom in left and not left.remove(atom) for atom in lead):
                continue
            if self.sizes.issuperset(left) and (c % d == 0 or c > d):
                yield Poly({tuple(left): max(c // d, 1)})


def _is_atom(fact: Poly) -> bool:
    ((monomial, c),) = fact.terms.items()
    return c == 1 and len(monomial) == 1
