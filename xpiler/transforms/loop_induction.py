"""loop-induction: a carried number that grows by the same amount in every iteration is computed from the loop's variable.

    for r in (rows) iter (p = first) { use(p); yield p + cols }
      becomes
    for r in (rows) { use(first + r * cols) }

Pointers that walk over an array (`p += cols`) are such numbers: an offset from their base; so are subscripts of type int that count along.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, constant_int, defined_inside, functions, is_unit_for, terminator, variable

INT_MAX = 2**31 - 1


class LoopInductionPass(Pass):
    """Carried indices that grow evenly become arithmetic of the loop's variable."""

    name = "loop-induction"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_for(o) and len(o.results)]):  # what an inner loop adds comes first
                for position in range(len(loop.results)):
                    _replace(loop, position)


def _replace(loop: ir.Operation, position: int) -> None:
    carried = list(body(loop).arguments)[1 + position]
    following = terminator(body(loop)).operands[position]
    if not (isinstance(carried.type, ir.IndexType) or str(carried.type) == "i32") or following == carried:
        return
    forms = forms_of(loop)
    growth = forms.of(following) - forms.of(carried)
    if not _is_invariant(loop, growth):
        growth = _growth_that_may_wrap(forms, loop, position)
        if growth is None:
            return
    start = forms.of(loop.operands[3 + position])
    with ir.InsertionPoint.at_block_begin(body(loop)), loop.location:
        here = materialize(start + Poly.atom(forms.atom(variable(loop))) * growth, forms.ranges.nonneg)
        carried.replace_all_uses_with(_in_type(here, carried.type))
    if next(iter(loop.results[position].uses), None) is not None:
        _replace_result(forms, loop, position, start, growth)
    terminator(body(loop)).operands[position] = carried  # nothing is carried any more, which canonicalize sees


def _growth_that_may_wrap(forms: IndexForms, loop: ir.Operation, position: int) -> Poly | None:
    """The constant that lanes of an int grow by, which wrap as unsigned ones do, if what the turns see of them fits an int.

    Modulo 2^32 the number at a turn is start + turn * growth in any case; where that fits, it is the number. What is behind the last turn
    need not fit, so nothing may look at it.
    """
    carried, op = body(loop).arguments[1 + position], defining(terminator(body(loop)).operands[position])
    if str(carried.type) != "i32" or op is None or op.name != "arith.addi" or carried not in list(op.operands):
        return None
    growth = constant_int(next((o for o in op.operands if o != carried), carried))
    if growth is None or next(iter(loop.results[position].uses), None) is not None:
        return None
    number = forms.of(loop.operands[3 + position]) + Poly.atom(forms.atom(variable(loop))) * growth
    facts = facts_at(forms, terminator(body(loop)))
    fits = forms.ranges.nonneg(number, facts) and forms.ranges.nonneg(Poly.constant(INT_MAX) - number, facts)
    return Poly.constant(growth) if fits else None


def _replace_result(forms: IndexForms, loop: ir.Operation, position: int, start: Poly, growth: Poly) -> None:
    """Behind the loop: as often as it came round, which is not at all where its length is negative."""
    trips = forms.extreme("max", [extent_form(forms, loop), Poly.constant(0)])
    with ir.InsertionPoint(loop), loop.location:
        end = materialize(start + trips * growth, forms.ranges.nonneg)
        loop.results[position].replace_all_uses_with(_in_type(end, loop.results[position].type))


def _in_type(number: ir.Value, kind: ir.Type) -> ir.Value:
    """The number in the type that carried it: sums of an int that may not overflow fit it."""
    if number.type == kind:
        return number
    return ir.Operation.create("arith.index_cast", results=[kind], operands=[number], attributes={"xpiler.exact": ir.UnitAttr.get()}).result


def _is_invariant(loop: ir.Operation, form: Poly) -> bool:
    """Whether a number is made of values from in front of the loop."""
    values = [atom.value for atom in form.atoms() if atom.kind == "value"]
    return all(isinstance(value, ir.Value) and not defined_inside(value, loop) for value in values)
