"""Elements that tell which iteration touches them: then no two iterations touch the same one.

A tile's number `t` is taken apart, `t / across` and `t % across`, and put together in the address of an element. The address is
taken apart again: where it is `w*high + low` with `low` below `w`, both are known from it. If `t` can be computed from what is
known, an address belongs to one `t`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.effects import Access
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Bounds, Facts

MOST_PARTS = 12  # of one address: a subscript with more digits is not looked at


def tell_iterations(forms: IndexForms, loop: ir.Operation, scope: ir.Operation, x: Access, y: Access) -> bool:
    """Whether an element that both accesses touch is touched in one iteration of `loop`, values from outside `scope` being the same.

    Only loops whose number the accesses divide are looked at: the others are left to the distances of their subscripts.
    """
    variable = forms.atom(loop.regions[0].blocks[0].arguments[0])
    if not (_is_divided(forms, x, variable) and _is_divided(forms, y, variable)):
        return False
    addresses = [Poly.atom(forms.fresh("address", Bounds())) for _ in x.subscripts]
    told = _Parts(forms, scope, facts_at(forms, x.op)).told(x, addresses, variable)
    return told is not None and (x.op == y.op or told == _Parts(forms, scope, facts_at(forms, y.op)).told(y, addresses, variable))


def _is_divided(forms: IndexForms, access: Access, variable: Atom) -> bool:
    atoms = {atom for subscript in access.subscripts for atom in forms.of(subscript).atoms()}
    return any(atom.kind == "floordiv" and atom.args[0].mentions(variable) for atom in atoms)


@dataclass
class _Parts:
    """Numbers of one access that are known from the address: what they are in the access, and what in the address."""

    forms: IndexForms
    scope: ir.Operation
    facts: Facts
    found: list[tuple[Poly, Poly]] = field(default_factory=list)

    def told(self, access: Access, addresses: list[Poly], variable: Atom) -> tuple[Poly, Poly] | None:
        """`(c, f)` where `c * variable` is `f`, a function of the addresses and of what is the same around the scope."""
        self.found = list(zip(map(self.forms.of, access.subscripts), addresses, strict=True))
        for part, value in self.found:  # grows on the way
            if len(self.found) > MOST_PARTS:
                return None
            self.found += self._split(part, value)
        return self._solved(variable)

    def _split(self, part: Poly, value: Poly) -> list[tuple[Poly, Poly]]:
        """The two digits of a number that is known, if it has two."""
        for weight in self._weights(part):
            high, low = part.divided_by(weight)
            if high.terms and high != part and self.forms.ranges.within(low, weight, self.facts):
                quotient = self.forms.floordiv(value, weight)
                return [(high, quotient), (low, value - weight * quotient)]
        return []

    def _weights(self, part: Poly) -> Iterator[Poly]:
        """What one digit may count for: the constant factors of the terms, larger ones first."""
        found = {self._constant_factor(monomial, c) for monomial, c in part.terms.items()}
        yield from sorted((w for w in found if w.as_int() != 1), key=lambda w: (-max(map(len, w.terms)), w.order()))

    def _constant_factor(self, monomial: tuple[Atom, ...], c: int) -> Poly:
        return Poly({tuple(atom for atom in monomial if self._same_everywhere(atom)) if self._varies(monomial) else (): abs(c)})

    def _varies(self, monomial: tuple[Atom, ...]) -> bool:
        return not all(map(self._same_everywhere, monomial))

    def _same_everywhere(self, atom: Atom) -> bool:
        return not any(a.kind == "value" and _inside(a.value, self.scope) for a in (atom, *atom.inner_atoms))

    def _solved(self, variable: Atom) -> tuple[Poly, Poly] | None:
        """The variable, once the other unknowns of a known number are known themselves."""
        known: dict[Atom, Poly] = {}
        for _ in self.found:
            for part, value in self.found:
                factor, atom, rest = self._one_unknown(part, known) or (None, None, None)
                if atom == variable:
                    return factor, value - rest
                if atom is not None and factor.as_int() == 1:
                    known.setdefault(atom, value - rest)
        return None

    def _one_unknown(self, part: Poly, known: dict[Atom, Poly]) -> tuple[Poly, Atom, Poly] | None:
        """`factor * atom + rest` with the factor a number that is not zero, and the rest known."""
        open_terms = {m: c for m, c in part.terms.items() if any(a not in known and not self._same_everywhere(a) for a in m)}
        if len(open_terms) != 1:
            return None
        ((monomial, c),) = open_terms.items()
        return (Poly.constant(c), monomial[0], _replaced(part - Poly(open_terms), known)) if len(monomial) == 1 else None


def _replaced(poly: Poly, known: dict[Atom, Poly]) -> Poly:
    """`poly` with the atoms of its terms replaced; what is inside of other atoms stays."""
    total = Poly({})
    for monomial, c in poly.terms.items():
        term = Poly.constant(c)
        for atom in monomial:
            term = term * known.get(atom, Poly.atom(atom))
        total = total + term
    return total


def _inside(value: object, scope: ir.Operation) -> bool:
    if not isinstance(value, ir.Value):
        return False
    owner = value.owner
    op = owner.owner.operation if isinstance(owner, ir.Block) else owner.operation
    while op is not None and op.name != "func.func":
        if op == scope:
            return True
        op = op.parent.operation if op.parent else None
    return False
