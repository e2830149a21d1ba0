"""Subscripts as numbers of several digits: `i*64 + j` with `j` below 64 is written by one `i` and one `j` alone.

The weights may be symbolic (`(r*rows + i)*n + k`): each divides the ones before it and is positive where it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts


@dataclass(frozen=True)
class Digit:
    """One variable of a subscript and what it counts for."""

    weight: Poly
    atom: Atom


Solution = dict[Atom, Poly]


def solved(forms: IndexForms, variables: list[Atom], written: list[Poly], read: list[Poly], facts: Facts) -> Solution | None:
    """The variables for which the subscripts `written` are `read`, under `facts`; None unless each is determined."""
    solution: Solution = {}
    progress = True
    while progress and len(solution) < len(variables):
        progress = False
        for form, target in zip(written, read, strict=True):
            digits = digits_of(forms, form, [v for v in variables if v not in solution and form.mentions(v)], facts)
            if digits:
                solution |= _taken(forms, digits, target, form, solution)
                progress = True
    if len(solution) < len(variables):
        return None
    matches = (forms.substitute(w, solution) == r for w, r in zip(written, read, strict=True))
    return solution if all(matches) else None


def digits_of(forms: IndexForms, form: Poly, unknown: list[Atom], facts: Facts) -> list[Digit]:
    """The unknowns of one subscript, the heaviest first, if their weights make it a mixed-radix number; else none."""
    found: list[Digit] = []
    for atom in unknown:
        split = form.split(atom)
        if split is None or any(split[0].mentions(other) for other in unknown):
            return []
        found.append(Digit(split[0], atom))
    ordered: list[Digit] = []
    while found:
        least = next((d for d in found if all(_divides(d.weight, other.weight) for other in found)), None)
        if least is None or not forms.ranges.positive(least.weight, facts):
            return []
        found.remove(least)
        ordered.insert(0, least)
    return ordered


def is_carry_free(forms: IndexForms, digits: list[Digit]) -> bool:
    """Whether the number has one way to be written: what follows a digit is together less than its weight."""
    lower = Poly({})
    for digit in reversed(digits):
        if lower.terms and not forms.ranges.within(lower, digit.weight):
            return False
        lower = lower + digit.weight * Poly.atom(digit.atom)
    return True


def _divides(a: Poly, b: Poly) -> bool:
    return a == b or not b.divided_by(a)[1].terms


def _taken(forms: IndexForms, digits: list[Digit], target: Poly, form: Poly, known: Solution) -> Solution:
    """The digits of `target`, what `form` has beside them taken off first."""
    rest = forms.substitute(form, {digit.atom: Poly({}) for digit in digits})
    left = target - forms.substitute(rest, known)
    found: Solution = {}
    for digit in digits:
        found[digit.atom] = forms.floordiv(left, digit.weight)
        left = left - digit.weight * found[digit.atom]
    return found
