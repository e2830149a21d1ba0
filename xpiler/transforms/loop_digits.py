"""loop-digits: a loop whose body takes its variable apart (`t / 32`, `t % 32`) becomes a loop for each part.

The reverse of loop-coalesce, for numbers that were never one: a thread of a block that is a warp and a lane, a flat index
that is a row and a column, in parallel loops and in sums. The divisor must divide the extent; with `ragged=true` it need not: a
number whose extent is not known to be whole rows (`i < total`, `i % width`) is split into rows and columns, the last row cut where
the numbers end.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import is_reduction
from xpiler.passes import Pass
from xpiler.transforms.handles import name_of
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.loop_split import split
from xpiler.transforms.nests import extent_form, index_roots
from xpiler.transforms.rewriting import defined_inside, functions, is_unit_for, is_unit_forall, variable

SHORTEST_ROW = 32


@dataclass(frozen=True)
class LoopDigitsPass(Pass):
    """Parallel loops over a number that is taken apart run over its parts."""

    name = "loop-digits"
    ragged: bool = False  # rows that the extent does not fill; once for each loop, since what is left of the number is no flat index

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _split_one(function):
                simplify_indices(function)
            if self.ragged and any([_split_ragged(function, loop) for loop in list(walk(function)) if is_unit_forall(loop)]):
                simplify_indices(function)


def _split_ragged(function: ir.Operation, loop: ir.Operation) -> bool:
    """Splits a loop into the shortest rows that its body asks for."""
    forms = forms_of(function)
    divisors = [d for d in _divisors(forms, loop, alone=True) if _outside(d, loop) and forms.ranges.nonneg(d) and not _is_short(d)]
    if not divisors or any(is_unit_forall(inner) for inner in walk(loop) if inner != loop):
        return False
    split(loop, min(divisors, key=_length), ("row", "col"), forms)
    return True


def _is_short(divisor: Poly) -> bool:
    """Whether rows of this length are known to be no vectors."""
    number = divisor.as_int()
    return number is not None and number < SHORTEST_ROW


def _length(divisor: Poly) -> tuple[int, int]:
    """Orders numbers by how long they may be: products of sizes by their factors, known ones by themselves."""
    return len(next(iter(divisor.terms))), divisor.as_int() or 0


def _split_one(function: ir.Operation) -> bool:
    forms = forms_of(function)
    return any(_split_digits(forms, loop) for loop in list(walk(function)) if is_unit_forall(loop) or _adds_up(loop))


def _adds_up(loop: ir.Operation) -> bool:
    """Whether a serial loop only folds, in the order of its numbers: that of rows and columns is the same."""
    return is_unit_for(loop) and is_reduction(loop)


def _split_digits(forms: IndexForms, loop: ir.Operation) -> bool:
    radix = _radix(forms, loop)
    if radix is None:
        return False
    name = name_of(loop, otherwise="")
    split(loop, radix, (name, name), forms)
    return True


def _radix(forms: IndexForms, loop: ir.Operation) -> Poly | None:
    """A number by which the body divides the variable and which divides the extent: the largest constant, or a symbolic one."""
    extent = extent_form(forms, loop)
    fitting = [d for d in _divisors(forms, loop) if d != extent and not extent.divided_by(d)[1].terms and _outside(d, loop)]
    constants = [d for d in fitting if d.as_int() is not None]
    return max(constants, key=Poly.as_int) if constants else max(fitting, key=lambda d: len(next(iter(d.terms))), default=None)


def _divisors(forms: IndexForms, loop: ir.Operation, *, alone: bool = False) -> list[Poly]:
    """The numbers by which the body divides the variable; if `alone`, by itself or beside whole multiples."""
    atom = forms.atom(variable(loop))
    found = []
    for root in index_roots(forms, loop):
        for inner in sorted(root.atoms(), key=lambda a: a.serial):
            parts = inner.args[0].split(atom) if inner.kind == "floordiv" else None
            if parts and parts[0].as_int() == 1 and not (alone and parts[1].divided_by(inner.args[1])[1].terms):
                found.append(inner.args[1])
    return list(dict.fromkeys(found))


def _outside(poly: Poly, loop: ir.Operation) -> bool:
    return all(a.kind != "value" or not defined_inside(a.value, loop) for a in poly.atoms())
