"""What the conditions around an access say of numbers: their ranges, and that arithmetic on them does not wrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xpiler.verify.terms import values
from xpiler.verify.terms.exact_integers import most_of
from xpiler.verify.terms.polynomial import UNIT, Polynomial
from xpiler.verify.terms.term import Term, Value, make
from xpiler.verify.terms.truths import INFINITE, members, negation, range_of

if TYPE_CHECKING:
    from xpiler.verify.terms.normal_form import NormalForm

Guard = tuple[Term, bool]  # a condition on data, and whether it holds
Range = tuple[float, float]


def literals(forms: NormalForm, guards: Sequence[Guard]) -> frozenset:
    """The conditions that hold where all guards do, as keys; False is one of them where they contradict each other."""
    found = set()
    for condition, holds in guards:
        key = forms.condition(condition)
        found.update(members("andi", key if holds else negation(key)))
    return frozenset(found - {True})


class Knowledge:
    """The conditions that hold, and what follows."""

    def __init__(self, forms: NormalForm, guards: Sequence[Guard]):
        self._forms = forms
        self.known = literals(forms, guards)
        self._ranges: dict[tuple, Range] = {}
        for part in self.known:
            found = range_of(part)
            if found is not None:
                rest, least, most = found
                low, high = self._ranges.get(rest, (-INFINITE, INFINITE))
                self._ranges[rest] = (max(low, least), min(high, most))

    def range(self, form: Polynomial) -> Range:
        """The least and the greatest number that a form is."""
        number = form.get(UNIT, 0)
        rest = tuple(sorted((m, int(c)) for m, c in form.items() if m != UNIT))
        low, high = self._of_parts(rest)
        for sign in (1, -1):
            turned = tuple((m, sign * c) for m, c in rest)
            if turned in self._ranges:
                least, most = self._ranges[turned]
                least, most = (least, most) if sign > 0 else (-most, -least)
                low, high = max(low, least), min(high, most)
        return low + number, high + number

    def _of_parts(self, rest: tuple) -> Range:
        low, high = 0, 0
        for monomial, coefficient in rest:
            ends = [coefficient * end for end in self._of_monomial(monomial)]
            low, high = low + min(ends), high + max(ends)
        return low, high

    def _of_monomial(self, monomial: tuple) -> Range:
        """Of an atom what is known and what its type holds; of a product the corners."""
        low, high = 1, 1
        for atom, power in monomial:
            ends = self._of_atom(atom)
            for _ in range(power):
                corners = [a * b if a and b else 0 for a in (low, high) for b in ends]
                low, high = min(corners), max(corners)
        return low, high

    def _of_atom(self, atom: int) -> Range:
        key = self._forms.atoms.key(atom)
        least, most = self._ranges.get(((((atom, 1),), 1),), (-INFINITE, INFINITE))
        bound = most_of(key)
        if bound is None:
            return least, most
        return max(least, 0 if key[0] in ("flag", "first") else -bound), min(most, bound)

    def widened(self, node: Value) -> Value:
        """An address with extensions moved inside of sums and products that do not wrap, and taken with a sign where there is none."""
        if not isinstance(node, Term):
            return node
        if node.kind == "int" and node.args[1] == values.ADDRESS_BITS and node.args[0] in values.RING:
            return _computed(node.args[0], *map(self.widened, node.args[2:]))
        if node.kind != "ext" or node.args[2] != values.ADDRESS_BITS or node.args[1] == 1:
            return node
        signed, source, target, inner = node.args
        half = 1 << (source - 1)
        if isinstance(inner, Term) and inner.kind == "int" and inner.args[0] in values.RING:
            wide = _computed(inner.args[0], *(self.widened(_extended(source, target, part)) for part in inner.args[2:]))
            low, high = self.range(values.address(self._forms, wide))
            if high < half and low >= (-half if signed else 0):
                return wide
            if inner.is_exact and signed:
                return wide
        if not signed and self.range(values.value(self._forms, inner, source))[0] >= 0:
            return _extended(source, target, inner)
        return node


def _extended(source: int, target: int, value: Value) -> Value:
    return make("ext", True, source, target, value) if isinstance(value, Term) else value


def _computed(name: str, a: Value, b: Value) -> Value:
    from xpiler.verify.model.integers import binary

    return binary(name, values.ADDRESS_BITS, False)(a, b)
