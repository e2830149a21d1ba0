"""What the prover was asked before: a question asked again about other code with the same shape has the same answer.

Passes look at a function again and again, each time with atoms of its own. A question's shape is the polynomial, the
facts and the bounds of every atom in them, with atoms numbered in their order: all that a proof may depend on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xpiler.analysis.polynomial import Atom, Poly

if TYPE_CHECKING:
    from xpiler.analysis.ranges import Bounds, Facts

Shape = tuple  # nested tuples and frozensets of numbers and words
LIMIT = 200_000  # shapes kept: a long tuning run asks millions of questions
_answers: dict[Shape, bool] = {}


def answered(shape: Shape, prove: Callable[[], bool]) -> bool:
    """The answer to a question of this shape, by `prove` where it was never asked."""
    if shape not in _answers:
        if len(_answers) >= LIMIT:
            _answers.clear()
        _answers[shape] = prove()
    return _answers[shape]


def shape_of(poly: Poly, facts: Facts, bounds_of: Callable[[Atom], Bounds]) -> Shape:
    """The question whether `poly >= 0` under `facts`, free of the identity of its atoms."""
    known = _bounds_of_all([poly, *facts], bounds_of)
    number = {atom: i for i, atom in enumerate(sorted(known, key=lambda atom: atom.serial))}
    atoms = tuple(_atom_shape(atom, known[atom], number) for atom in number)
    return _numbered(poly, number), tuple(_numbered(fact, number) for fact in facts), atoms


def _bounds_of_all(polys: list[Poly], bounds_of: Callable[[Atom], Bounds]) -> dict[Atom, Bounds | None]:
    """Every atom that a proof about `polys` may meet, with its bounds if it is a leaf."""
    known: dict[Atom, Bounds | None] = {}
    pending = [atom for poly in polys for atom in poly.own_atoms()]
    while pending:
        atom = pending.pop()
        if atom in known:
            continue
        known[atom] = bounds = bounds_of(atom) if atom.kind == "value" else None
        inner = (*bounds.lower, *bounds.upper) if bounds else atom.args if atom.kind != "value" else ()
        pending += [a for poly in inner for a in poly.own_atoms()]
    return known


def _atom_shape(atom: Atom, bounds: Bounds | None, number: dict[Atom, int]) -> Shape:
    if bounds is None:
        return (atom.kind, *(_numbered(arg, number) for arg in atom.args))
    return tuple(_numbered(p, number) for p in bounds.lower), tuple(_numbered(p, number) for p in bounds.upper)


def _numbered(poly: Poly, number: dict[Atom, int]) -> frozenset:
    return frozenset((*(number[atom] for atom in monomial), -1, c) for monomial, c in poly.terms.items())
