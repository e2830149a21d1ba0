"""Polynomials with integer coefficients over atoms: the normal form of index arithmetic.

An atom is an SSA value (a loop variable, a parameter) or a floor division, minimum or maximum of polynomials. `a mod b`
has no atom of its own, it is `a - b * (a floordiv b)`, so that a quotient and its remainder cancel against what they
were cut from. Equal polynomials are equal values; strides may be symbolic (`i*N + j`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from mlir import ir


@dataclass(frozen=True, eq=False)
class Atom:
    """A leaf of a polynomial, unique in its `AtomTable`; `serial` orders atoms by first appearance."""

    serial: int
    kind: str  # value | floordiv | min | max
    args: tuple  # (value,) or polynomials

    @property
    def value(self) -> ir.Value:
        """The SSA value of an atom of kind `value`."""
        return self.args[0]

    @cached_property
    def inner_atoms(self) -> frozenset[Atom]:
        """The atoms inside the polynomials that this one holds."""
        return frozenset().union(*(arg.atoms() for arg in self.args if isinstance(arg, Poly)))


Monomial = tuple[Atom, ...]  # sorted by serial, an atom once for each power
_serial = attrgetter("serial")


class Poly:
    """An immutable polynomial: a map from monomials to coefficients that are not zero.

    The prover makes these by the hundred thousand: what is asked of one again and again is kept, and terms are
    filtered only where one may have become zero.
    """

    __slots__ = ("_atoms", "_hash", "_own_atoms", "_splits", "terms")

    def __init__(self, terms: dict[Monomial, int]):
        self.terms = terms if all(terms.values()) else {monomial: c for monomial, c in terms.items() if c}
        self._hash: int | None = None
        self._atoms: frozenset[Atom] | None = None
        self._own_atoms: tuple[Atom, ...] | None = None
        self._splits: dict[Atom, tuple[Poly, Poly] | None] | None = None

    @staticmethod
    def constant(number: int) -> Poly:
        """The polynomial that is `number`."""
        return Poly({(): number})

    @staticmethod
    def atom(atom: Atom) -> Poly:
        """The polynomial that is one atom."""
        return Poly({(atom,): 1})

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Poly) and self.terms == other.terms)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __add__(self, other: Poly | int) -> Poly:
        terms = dict(self.terms)
        for monomial, c in as_poly(other).terms.items():
            terms[monomial] = terms.get(monomial, 0) + c
        return Poly(terms)

    def __neg__(self) -> Poly:
        return Poly({monomial: -c for monomial, c in self.terms.items()})

    def __sub__(self, other: Poly | int) -> Poly:
        terms = dict(self.terms)
        for monomial, c in as_poly(other).terms.items():
            terms[monomial] = terms.get(monomial, 0) - c
        return Poly(terms)

    def __mul__(self, other: Poly | int) -> Poly:
        terms: dict[Monomial, int] = {}
        factors = as_poly(other).terms.items()
        for m1, c1 in self.terms.items():
            for m2, c2 in factors:
                product = tuple(sorted(m1 + m2, key=_serial)) if m1 and m2 else m1 or m2
                terms[product] = terms.get(product, 0) + c1 * c2
        return Poly(terms)

    @property
    def is_constant(self) -> bool:
        """Whether no atom appears."""
        return not self.terms or (len(self.terms) == 1 and () in self.terms)

    @property
    def constant_term(self) -> int:
        """The coefficient of the empty monomial."""
        return self.terms.get((), 0)

    def as_int(self) -> int | None:
        """The number this polynomial is, or None."""
        return self.constant_term if self.is_constant else None

    def atoms(self) -> frozenset[Atom]:
        """All atoms, those inside other atoms included."""
        if self._atoms is None:
            own = self.own_atoms()
            self._atoms = frozenset(own).union(*(atom.inner_atoms for atom in own if atom.kind != "value"))
        return self._atoms

    def own_atoms(self) -> tuple[Atom, ...]:
        """The atoms of the monomials, by serial."""
        if self._own_atoms is None:
            self._own_atoms = tuple(sorted({a for monomial in self.terms for a in monomial}, key=_serial))
        return self._own_atoms

    def mentions(self, atom: Atom) -> bool:
        """Whether `atom` appears, at any depth."""
        for monomial in self.terms:
            for own in monomial:
                if own is atom or (own.kind != "value" and atom in own.inner_atoms):
                    return True
        return False

    def split(self, atom: Atom) -> tuple[Poly, Poly] | None:
        """`(c, r)` with `self = c*atom + r` and no `atom` in either; None where it is not linear in it."""
        if self._splits is None:
            self._splits = {}
        if atom not in self._splits:
            self._splits[atom] = self._split(atom)
        return self._splits[atom]

    def _split(self, atom: Atom) -> tuple[Poly, Poly] | None:
        inside: dict[Monomial, int] = {}
        outside: dict[Monomial, int] = {}
        for monomial, c in self.terms.items():
            if atom in monomial:
                index = monomial.index(atom)
                inside[monomial[:index] + monomial[index + 1 :]] = c
            else:
                outside[monomial] = c
        factor, rest = Poly(inside), Poly(outside)
        return None if factor.mentions(atom) or rest.mentions(atom) else (factor, rest)

    def divided_by(self, divisor: Poly) -> tuple[Poly, Poly]:
        """`(q, r)` with `self = q*divisor + r`, taking into `q` each monomial that a one-term divisor divides."""
        if len(divisor.terms) != 1:
            return self._divided_by_sum(divisor)
        ((by, factor),) = divisor.terms.items()
        quotient: dict[Monomial, int] = {}
        rest: dict[Monomial, int] = {}
        for monomial, c in self.terms.items():
            left = _without(monomial, by)
            if left is None:
                rest[monomial] = c
                continue
            times = int(c / factor) if monomial else c // factor  # a constant's rest lies in [0, factor)
            quotient[left] = times
            rest[monomial] = c - factor * times
        return Poly(quotient), Poly(rest)

    def _divided_by_sum(self, divisor: Poly) -> tuple[Poly, Poly]:
        """Division by a polynomial of several terms: only multiples by one monomial are found."""
        lead, factor = max(divisor.terms.items(), key=lambda t: (len(t[0]), (t[0] and t[0][0].serial) or 0))
        for monomial, c in self.terms.items():
            left = _without(monomial, lead)
            if left is not None and c % factor == 0:
                quotient = Poly({left: c // factor})
                more, rest = (self - quotient * divisor, None)
                if len(more.terms) < len(self.terms):
                    q, rest = more._divided_by_sum(divisor) if more.terms else (Poly({}), Poly({}))
                    return quotient + q, rest
        return Poly({}), self

    def order(self) -> list:
        """A key that sorts polynomials of one table, the same in every run."""
        return sorted(([atom.serial for atom in monomial], c) for monomial, c in self.terms.items())

    def __repr__(self) -> str:
        return " + ".join(f"{c}*{'*'.join(map(_atom_text, m))}" if m else str(c) for m, c in self.terms.items()) or "0"


class AtomTable:
    """Makes atoms, one for each meaning. Values are compared by address: a table lives only as long as the IR stays."""

    def __init__(self) -> None:
        self._atoms: dict[tuple, Atom] = {}

    def atom(self, kind: str, *args: object) -> Atom:
        """The atom with this kind and these arguments."""
        key = (kind, *args)
        if key not in self._atoms:
            self._atoms[key] = Atom(len(self._atoms), kind, args)
        return self._atoms[key]

    def values(self) -> set[ir.Value]:
        """The SSA values among the atoms."""
        return {key[1] for key in self._atoms if key[0] == "value"}

    def value(self, value: ir.Value) -> Poly:
        """The polynomial that is one SSA value."""
        return Poly.atom(self.atom("value", value))


def as_poly(number: Poly | int) -> Poly:
    """A polynomial as it is, a number as a constant one."""
    return number if isinstance(number, Poly) else Poly.constant(number)


def substituted(poly: Poly, replace: dict[Atom, Poly], rebuild: Callable[[Atom, list[Poly]], Poly]) -> Poly:
    """`poly` with atoms replaced; atoms that hold polynomials are made again by `rebuild(atom, new arguments)`."""
    result = Poly({})
    for monomial, c in poly.terms.items():
        term = Poly.constant(c)
        for atom in monomial:
            term = term * _substituted_atom(atom, replace, rebuild)
        result = result + term
    return result


def _substituted_atom(atom: Atom, replace: dict[Atom, Poly], rebuild: Callable[[Atom, list[Poly]], Poly]) -> Poly:
    if atom in replace:
        return replace[atom]
    if atom.kind == "value":
        return Poly.atom(atom)
    return rebuild(atom, [substituted(arg, replace, rebuild) for arg in atom.args])


def _without(monomial: Monomial, factors: Iterable[Atom]) -> Monomial | None:
    left = list(monomial)
    for atom in factors:
        if atom not in left:
            return None
        left.remove(atom)
    return tuple(left)


def _atom_text(atom: Atom) -> str:
    if atom.kind == "value":
        return atom.value.get_name() if isinstance(atom.value, ir.Value) else str(atom.value)
    return f"{atom.kind}({', '.join(map(repr, atom.args))})"
