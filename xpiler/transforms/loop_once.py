"""loop-once: a loop that comes round once at most is a branch.

A grid-stride loop whose grid covers the range (`for (i = t; i < n; i += threads)` with at least n threads) does one element or none:
`if (t < n)`.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, functions, is_unit_loop, terminator, variable


class LoopOncePass(Pass):
    """Loops of one iteration at most become branches."""

    name = "loop-once"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_loop(o)]):
                forms = forms_of(loop)
                length = extent_form(forms, loop)
                left = _strided(length)
                if left is not None and forms.ranges.nonneg(Poly.constant(1) - length, facts_at(forms, loop)):
                    _branch(forms, loop, left)


def _branch(forms: IndexForms, loop: ir.Operation, left: Poly) -> None:
    """Makes a branch of a loop, which runs where `left` is not negative."""
    with ir.InsertionPoint(loop), loop.location:
        zero = arith.constant(ir.IndexType.get(), 0)
        least = materialize(left, forms.ranges.nonneg)
        runs = arith.cmpi(arith.CmpIPredicate.sge, least, zero)
        branch = scf.IfOp(runs, [r.type for r in loop.results], has_else=len(loop.results) > 0)
    carried = list(loop.operands)[3:] if loop.name == "scf.for" else []
    variable(loop).replace_all_uses_with(zero)
    for argument, start in zip(list(body(loop).arguments)[1:], carried, strict=True):
        argument.replace_all_uses_with(start)
    results = list(terminator(body(loop)).operands) if carried else []
    for op in content(body(loop)):
        branch.then_block.append(op)
    with loop.location:
        with ir.InsertionPoint(branch.then_block):
            scf.yield_(results)
        if carried:
            with ir.InsertionPoint(branch.else_block):
                scf.yield_(carried)
    for old, new in zip(loop.results, branch.results, strict=True):
        old.replace_all_uses_with(new)
    loop.erase()


def _strided(length: Poly) -> Poly | None:
    """`d` of a length `1 + d floordiv stride`, of a stride that is a run-time number, which is positive."""
    less = length - 1
    if len(less.terms) != 1:
        return None
    ((monomial, factor),) = less.terms.items()
    if factor != 1 or len(monomial) != 1 or monomial[0].kind != "floordiv" or monomial[0].args[1].as_int() is not None:
        return None
    return monomial[0].args[0]
