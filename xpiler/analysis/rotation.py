"""Rotating buffers: accesses that many iterations apart touch different parts of a buffer indexed by `i mod D`.

Ranges alone cannot say that `i mod 2` and `(i + 1) mod 2` differ, since either may be the larger one. Written for
`i = 2*m` and for `i = 2*m + 1` they are numbers.
"""

from __future__ import annotations

from math import lcm

from mlir import ir

from xpiler.analysis.dependence import is_opaque, rename_inner
from xpiler.analysis.effects import Access
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Bounds, Facts

MAX_PERIOD = 16


def apart_at(forms: IndexForms, loop: ir.Operation, x: Access, y: Access, distance: int) -> bool:
    """Whether `x` in iteration v of `loop` (from 0 by 1) and `y` in iteration `v + distance` never touch the same element."""
    if not (x.exact and y.exact) or len(x.subscripts) != len(y.subscripts):
        return False
    subscripts = [[forms.of(s) for s in access.subscripts] for access in (x, y)]
    if any(is_opaque(forms, loop, atom) for side in subscripts for form in side for atom in form.atoms()):
        return False
    variable = forms.atom(loop.regions[0].blocks[0].arguments[0])
    period = _period(variable, [form for side in subscripts for form in side])
    turn = Poly.atom(forms.fresh("turn", Bounds((Poly.constant(0),)))) * period
    for residue in range(period):
        (ours, facts_x), (theirs, facts_y) = (
            _at(forms, loop, access, forms_of_access, turn + residue + step)
            for access, forms_of_access, step in ((x, subscripts[0], 0), (y, subscripts[1], distance))
        )
        facts = tuple(dict.fromkeys((*facts_x, *facts_y)))
        if not any(_differ(forms, a, b, facts) for a, b in zip(ours, theirs, strict=True)):
            return False
    return True


def _period(variable: Atom, forms: list[Poly]) -> int:
    """After how many iterations the quotients of `variable` in `forms` have grown by whole numbers."""
    divisors = {a.args[1].as_int() for form in forms for a in form.atoms() if a.kind == "floordiv" and a.args[0].mentions(variable)}
    period = lcm(*(divisor or 1 for divisor in divisors))
    return period if period <= MAX_PERIOD else 1


def _at(forms: IndexForms, loop: ir.Operation, access: Access, subscripts: list[Poly], value: Poly) -> tuple[list[Poly], Facts]:
    """The subscripts, and what is known there, for one value of the loop's variable; loops inside take values of their own."""
    variable = forms.atom(loop.regions[0].blocks[0].arguments[0])
    moved: dict[Atom, Poly] = {variable: value}
    ends = (high - Poly.atom(variable) for high in forms.bounds(variable).upper)
    known = [f for f in (*facts_at(forms, access.op), *ends) if not any(is_opaque(forms, loop, a) for a in f.atoms())]
    for atom in sorted({a for form in (*subscripts, *known) for a in form.atoms()}, key=lambda a: a.serial):
        rename_inner(forms, loop, atom, moved)
    return [forms.substitute(form, moved) for form in subscripts], tuple(forms.substitute(fact, moved) for fact in known)


def _differ(forms: IndexForms, a: Poly, b: Poly, facts: Facts) -> bool:
    return forms.ranges.nonneg(b - a - 1, facts) or forms.ranges.nonneg(a - b - 1, facts)
