"""loop-digits: a loop whose body takes its variable apart (`t / 32`, `t % 32`) becomes a loop for each part.

The reverse of loop-coalesce, for numbers that were never one: a thread of a block that is a warp and a lane, a flat index
that is a row and a column. The divisor must divide the extent.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.handles import name_of
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.loop_split import split
from xpiler.transforms.nests import extent_form, index_roots
from xpiler.transforms.rewriting import defined_inside, functions, is_unit_forall, variable


class LoopDigitsPass(Pass):
    """Parallel loops over a number that is taken apart run over its parts."""

    name = "loop-digits"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _split_one(function):
                simplify_indices(function)


def _split_one(function: ir.Operation) -> bool:
    forms = forms_of(function)
    return any(_split_digits(forms, loop) for loop in list(walk(function)) if is_unit_forall(loop))


def _split_digits(forms: IndexForms, loop: ir.Operation) -> bool:
    radix = _radix(forms, loop)
    if radix is None:
        return False
    name = name_of(loop)
    split(loop, radix, (name, name), forms)
    return True


def _radix(forms: IndexForms, loop: ir.Operation) -> Poly | None:
    """A number by which the body divides the variable and which divides the extent: the largest constant, or a symbolic one."""
    atom, extent = forms.atom(variable(loop)), extent_form(forms, loop)
    divisors = [
        inner.args[1]
        for root in index_roots(forms, loop)
        for inner in sorted(root.atoms(), key=lambda a: a.serial)
        if inner.kind == "floordiv" and inner.args[0].split(atom) and inner.args[0].split(atom)[0].as_int() == 1
    ]
    fitting = [d for d in dict.fromkeys(divisors) if d != extent and not extent.divided_by(d)[1].terms and _outside(d, loop)]
    constants = [d for d in fitting if d.as_int() is not None]
    return max(constants, key=Poly.as_int) if constants else max(fitting, key=lambda d: len(next(iter(d.terms))), default=None)


def _outside(poly: Poly, loop: ir.Operation) -> bool:
    return all(a.kind != "value" or not defined_inside(a.value, loop) for a in poly.atoms())
