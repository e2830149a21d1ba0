"""What an element holds, as a function of coordinates: sums of products of atoms, on pieces of the coordinates' space.

An atom refers to coordinates by name only inside of isl objects; two atoms are compared as functions on a domain
(equality.py), never by their text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from xpiler.verify.limits import NotModelled
from xpiler.verify.symbolic.program import Access
from xpiler.verify.symbolic.sets import PwAff, Set, coordinates, simplest, substitute, substitute_in_set


@dataclass(frozen=True, eq=False)
class Leaf:
    """An element of a parameter buffer before the run; without subscripts a scalar parameter."""

    buffer: str
    index: tuple[PwAff, ...]
    element: str = "f32"


@dataclass(frozen=True, eq=False)
class Number:
    """An integer of sizes and coordinates, as a real."""

    value: PwAff


@dataclass(frozen=True, eq=False)
class Function:
    """A function of reals; `inverse` is 1 / x, `round:f32` a rounding, `select:<relation>` a choice by a comparison with 0."""

    name: str
    arguments: tuple[Poly, ...]


@dataclass(frozen=True, eq=False)
class Exponential:
    """exp of a product of atoms; its power is the product's coefficient."""

    factors: Factors


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of a product over all values of the bound coordinates in a domain, which may depend on others."""

    bound: tuple[str, ...]
    domain: Set
    factors: Factors


@dataclass(frozen=True, eq=False)
class Item:
    """Members of a maximum: a value for each point of a domain."""

    bound: tuple[str, ...]
    domain: Set
    value: Poly


@dataclass(frozen=True, eq=False)
class Maximum:
    """The maximum over all members of its items."""

    items: tuple[Item, ...]


@dataclass(frozen=True, eq=False)
class Recurrence:
    """The value that an earlier instance of a statement, still being solved for, stores."""

    write: Access
    instance: tuple[PwAff, ...]


Atom = Leaf | Number | Function | Exponential | Sum | Maximum | Recurrence
Factors = tuple[tuple[Atom, Fraction], ...]


@dataclass(frozen=True, eq=False)
class Monomial:
    """A coefficient and powers of atoms."""

    coefficient: Fraction
    factors: Factors


Poly = tuple[Monomial, ...]
# None is a value nobody knows.
Piece = tuple[Set, "Poly | None"]
Pieces = list[Piece]


def constant(value: Fraction | int) -> Poly:
    """A number."""
    return (Monomial(Fraction(value), ()),) if value else ()


def atom(of: Atom) -> Poly:
    """One atom."""
    return (Monomial(Fraction(1), ((of, Fraction(1)),)),)


def scaled(value: Poly, by: Fraction | int) -> Poly:
    """A multiple."""
    return tuple(Monomial(m.coefficient * by, m.factors) for m in value) if by else ()


def number_of(value: Poly) -> Fraction | None:
    """The number it is, if it is one."""
    if not value:
        return Fraction(0)
    return value[0].coefficient if len(value) == 1 and not value[0].factors else None


def single_atom(value: Poly) -> Atom | None:
    """The atom it is, if it is one."""
    if len(value) == 1 and value[0].coefficient == 1 and len(value[0].factors) == 1 and value[0].factors[0][1] == 1:
        return value[0].factors[0][0]
    return None


def apply(function: Callable[..., Poly], domain: Set, *operands: Pieces) -> Pieces:
    """A function of values, piece by piece."""
    found: Pieces = [(domain, ())]
    combined: list[tuple[Set, list]] = [(domain, [])]
    for pieces in operands:
        combined = [
            (both, [*values, value])
            for where, values in combined
            for there, value in pieces
            if not (both := where.intersect_params(there).coalesce()).is_empty()
        ]
    found = [(where, None if any(v is None for v in values) else function(*values, where)) for where, values in combined]
    return found


def rebuilt(value: Poly, integers: Callable[[PwAff], PwAff], sets: Callable[[Set], Set]) -> Poly:
    """The value with a function applied to each isl object in it."""
    return tuple(Monomial(m.coefficient, _factors(m.factors, integers, sets)) for m in value)


def _factors(factors: Factors, integers, sets) -> Factors:
    return tuple((_atom(a, integers, sets), power) for a, power in factors)


def _atom(of: Atom, integers, sets) -> Atom:
    match of:
        case Leaf(buffer, index, element):
            return Leaf(buffer, tuple(integers(i) for i in index), element)
        case Number(value):
            return Number(integers(value))
        case Function(name, arguments):
            return Function(name, tuple(rebuilt(a, integers, sets) for a in arguments))
        case Exponential(factors):
            return Exponential(_factors(factors, integers, sets))
        case Sum(bound, domain, factors):
            return Sum(bound, sets(domain), _factors(factors, integers, sets))
        case Maximum(items):
            return Maximum(tuple(Item(i.bound, sets(i.domain), rebuilt(i.value, integers, sets)) for i in items))
        case Recurrence(write, instance):
            return Recurrence(write, tuple(integers(i) for i in instance))
    raise NotModelled("an atom of an unknown kind")


def substituted(value: Poly, values: dict[str, PwAff]) -> Poly:
    """The value with coordinates replaced by functions of others."""
    return rebuilt(value, lambda i: substitute(i, values), lambda s: substitute_in_set(s, values))


def substituted_factors(factors: Factors, values: dict[str, PwAff]) -> Factors:
    """The same for a product."""
    return _factors(factors, lambda i: substitute(i, values), lambda s: substitute_in_set(s, values))


def tidy(value: Poly, domain: Set) -> Poly:
    """The same on a domain, without what the domain says already: nothing seems to depend on a coordinate that it does not."""
    return rebuilt(value, lambda i: simplest(i, domain), lambda s: s.gist(domain).drop_unused_params())


def atoms(factors: Factors) -> Iterator[Atom]:
    """All atoms in a product, inner ones too."""
    for of, _ in factors:
        yield of
        for inner in _inside(of):
            yield from atoms(inner)


def _inside(of: Atom) -> list[Factors]:
    match of:
        case Function(_, arguments):
            return [m.factors for a in arguments for m in a]
        case Exponential(factors) | Sum(_, _, factors):
            return [factors]
        case Maximum(items):
            return [m.factors for i in items for m in i.value]
    return []


def depends_on(of: Atom, names: set[str]) -> bool:
    """Whether an atom mentions one of the coordinates."""
    found = False

    def look(what):
        nonlocal found
        found = found or bool(coordinates(what) & names)
        return what

    _atom(of, look, look)
    return found


def recurrences(value: Poly) -> set[Access]:
    """The statements that a value is not yet solved for."""
    return {a.write for m in value for a in atoms(m.factors) if isinstance(a, Recurrence)}


def shape(factors: Factors) -> str:
    """A text that equal products share, without any isl object in it."""
    return "*".join(sorted(f"{_shape(a)}^{power}" for a, power in factors))


def shape_of(value: Poly) -> str:
    """The same for a sum."""
    return "+".join(sorted({f"{m.coefficient}*{shape(m.factors)}" for m in value}))


def _shape(of: Atom) -> str:
    match of:
        case Leaf(buffer, index, _):
            return f"{buffer}[{len(index)}]"
        case Number(_):
            return "n"
        case Function(name, arguments):
            return f"{name}({','.join(map(shape_of, arguments))})"
        case Exponential(factors):
            return f"exp({shape(factors)})"
        case Sum(_, _, factors):
            return f"sum({shape(factors)})"
        case Maximum(items):
            return f"max({','.join(sorted({shape_of(i.value) for i in items}))})"
        case Recurrence(write, _):
            return f"rec{write.number}"
    return "?"
