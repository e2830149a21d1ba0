"""loop-order: parallel loops in the order in which the result lies in memory, the last subscript innermost."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.loop_reorder import exchange
from xpiler.transforms.nests import extent_form, nests_in
from xpiler.transforms.rewriting import defined_inside, functions, variable


class LoopOrderPass(Pass):
    """Nests of parallel loops are ordered by the strides of what they store."""

    name = "loop-order"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_exchange_one(list(nest.loops)) for nest in nests_in(function, parallel=True)):
                pass


def _exchange_one(loops: list[ir.Operation]) -> bool:
    forms = forms_of(loops[0])
    strides = _strides(forms, loops)
    if strides is None:
        return False
    for k in range(len(loops) - 1):
        bound = [a for a in extent_form(forms, loops[k + 1]).atoms() if a.kind == "value" and defined_inside(a.value, loops[k])]
        if not bound and _wrong_way_round(strides[k], strides[k + 1]):
            exchange(loops[k], loops[k + 1])
            return True
    return False


def _strides(forms: IndexForms, loops: list[ir.Operation]) -> list[list[Poly]] | None:
    """For each loop, by how much its variable moves the store, subscript by subscript; None unless there is one store."""
    stores = [a for op in walk(loops[-1]) if (a := access_of(op)) and a.writes]
    if len(stores) != 1:
        return None
    subscripts = [forms.of(s) for s in stores[0].subscripts]
    strides = []
    for loop in loops:
        splits = [form.split(forms.atom(variable(loop))) for form in subscripts]
        if None in splits:
            return None
        strides.append([split[0] for split in splits])
    return strides


def _wrong_way_round(outer: list[Poly], inner: list[Poly]) -> bool:
    """Whether the outer loop takes the smaller steps: a later subscript, or a stride that divides the inner loop's."""
    first_outer = next((k for k, s in enumerate(outer) if s.terms), None)
    first_inner = next((k for k, s in enumerate(inner) if s.terms), None)
    if first_outer is None or first_inner is None:
        return False
    if first_outer != first_inner:
        return first_outer > first_inner
    small, large = outer[first_outer], inner[first_inner]
    return small != large and bool(large.terms) and not large.divided_by(small)[1].terms
