"""The normal form of terms: two terms with the same form are equal for all inputs, under the printed assumptions.

Reals and integers call each other (a rounding of an integer, a comparison of reals that selects an integer), so one object
holds the rules of both; each rule is a function of `real_rules`, `integer_rules` or `condition_rules`.
"""

from __future__ import annotations

from xpiler.verify.limits import Budget
from xpiler.verify.terms import condition_rules, domain_rules, integer_rules, real_rules
from xpiler.verify.terms.polynomial import Atoms, Frozen, Monomial, Polynomial, freeze
from xpiler.verify.terms.term import Term, Value


class NormalForm:
    """Normalises terms, remembering what it has seen."""

    def __init__(self, budget: Budget):
        self.atoms = Atoms()
        self.budget = budget
        self._reals: dict[Term, Polynomial] = {}
        self._integers: dict[tuple[Value, int], Polynomial] = {}
        self._conditions: dict[Term, object] = {}
        self.values: dict[tuple[Term, int], Polynomial] = {}  # of integers as numbers, see terms/values.py
        self.addresses: dict[Term, Polynomial] = {}
        self.exclusive: set[frozenset] = set()  # conditions that do not all hold, see terms/choices.py
        self.demands: dict[Term, frozenset] = {}
        self.exponentials: dict[Monomial, Monomial] = {}  # what products of them are
        self.infinities: dict[Term, int] = {}
        self.members: dict[tuple[Term, int], frozenset[int]] = {}  # of maxima, see extremum_rules
        self.maxima: dict[frozenset[int], Polynomial] = {}

    def real(self, term: Term) -> Polynomial:
        """A real term as a polynomial; the caller does not change it."""
        if term not in self._reals:
            self._reals[term] = real_rules.total(self, term)
        return self._reals[term]

    def integer(self, value: Value, width: int) -> Polynomial:
        """An integer as a polynomial modulo 2^width."""
        key = (value, width)
        if key not in self._integers:
            self._integers[key] = integer_rules.total(self, value, width)
        return self._integers[key]

    def condition(self, value: Value) -> object:
        """A truth value: True, False, or a key."""
        if isinstance(value, int):
            return bool(value)
        if value not in self._conditions:
            self._conditions[value] = condition_rules.condition(self, value)
        return self._conditions[value]

    def equal(self, a: Value, b: Value, type_: str) -> bool:
        """Whether two values of an element type have one form. What is uninitialised equals nothing."""
        if any(isinstance(v, Term) and v.tainted for v in (a, b)):
            return False
        if a is b:
            return True
        return self.form(a, type_) == self.form(b, type_) and self._demanded(a) == self._demanded(b)

    def _demanded(self, value: Value) -> frozenset:
        return domain_rules.demands(self, value) if isinstance(value, Term) else frozenset()

    def form(self, value: Value, type_: str) -> object:
        """The form of a value of an element type."""
        if type_ == "i1":
            return self.condition(value)
        if type_[0] == "i":
            return freeze(self.integer(value, int(type_[1:]) if type_ != "index" else 64))
        return freeze(self.real(value))

    def atom(self, *key: object) -> Polynomial:
        """The polynomial that is one atom."""
        return {((self.atoms.number(key), 1),): 1}

    def frozen(self, term: Term) -> Frozen:
        """The key of a real term."""
        return freeze(self.real(term))
