"""index-choice: a choice between two indices of which the larger one (or the smaller) is taken is their maximum (minimum).

`task < pieces ? (pieces - 1 - task) / 16 + 1 : 0` is `max((pieces + 15 - task) floordiv 16, 0)`: where there is no piece left,
the quotient is not positive. A loop up to such a maximum runs up to the quotient: below zero it is as empty.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import is_pure, walk
from xpiler.analysis.facts import condition_facts, facts_at
from xpiler.analysis.forms import EXACT, IndexForms, nested
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import available_before, functions, is_unit_loop, set_extent, terminator


class IndexChoicePass(Pass):
    """Choices between indices become minima and maxima, and no loop's bound is kept from being negative."""

    name = "index-choice"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for choice in [o for o in walk(function) if o.name in ("scf.if", "arith.select") and len(o.results)]:
                _replace_results(choice)
            forms = forms_of(function)
            for loop in reversed([o for o in walk(function) if is_unit_loop(o)]):
                if _drop_clamp(forms, loop):
                    forms = forms_of(function)


def _replace_results(choice: ir.Operation) -> None:
    if choice.name == "scf.if" and not is_pure(choice):
        return
    forms = forms_of(choice)
    for result, values in zip(choice.results, _alternatives(choice), strict=True):
        if not _is_index(result.type) or not next(iter(result.uses), None):
            continue
        form = _extreme(forms, choice, *(forms.of(value) for value in values))
        if form is not None:
            with ir.InsertionPoint(choice), choice.location:
                result.replace_all_uses_with(_typed(materialize(form, forms.ranges.nonneg), result.type))


def _alternatives(choice: ir.Operation) -> list[tuple[ir.Value, ir.Value]]:
    """What each result is where the condition holds, and where it fails."""
    if choice.name == "arith.select":
        return [(choice.operands[1], choice.operands[2])]
    yields = [list(terminator(region.blocks[0]).operands) for region in choice.regions]
    return list(zip(*yields, strict=True))


def _extreme(forms: IndexForms, choice: ir.Operation, chosen: Poly, other: Poly) -> Poly | None:
    """The minimum or maximum that the choice takes, if it can be computed whether the condition holds or not."""
    if not all(_speculatable(atom, choice) for form in (chosen, other) for atom in form.atoms()):
        return None
    around = facts_at(forms, choice)
    holds, fails = ((*around, *condition_facts(forms, choice.operands[0], holds=h)) for h in (True, False))
    gap = chosen - other
    if forms.ranges.nonneg(gap, holds) and forms.ranges.nonneg(-gap, fails):
        return forms.extreme("max", [chosen, other])
    if forms.ranges.nonneg(-gap, holds) and forms.ranges.nonneg(gap, fails):
        return forms.extreme("min", [chosen, other])
    return None


def _speculatable(atom: Atom, choice: ir.Operation) -> bool:
    """Whether an atom is computed from sizes and loop variables (not from data), and may be in front of the choice."""
    if atom.kind == "value":
        of_index_type = isinstance(atom.value.type, ir.IndexType)
        return available_before(atom.value, choice) and (of_index_type or isinstance(atom.value, ir.BlockArgument))
    return atom.kind != "floordiv" or (atom.args[1].as_int() or 0) > 0


def _is_index(kind: ir.Type) -> bool:
    return isinstance(kind, ir.IndexType) or (isinstance(kind, ir.IntegerType) and 1 < kind.width <= 64)


def _typed(value: ir.Value, kind: ir.Type) -> ir.Value:
    """The index in the type of the choice, in which one of the two was computed: it fits."""
    if isinstance(kind, ir.IndexType):
        return value
    cast = arith.IndexCastOp(kind, value)
    cast.operation.attributes[EXACT] = ir.UnitAttr.get()
    return cast.result


def _drop_clamp(forms: IndexForms, loop: ir.Operation) -> bool:
    """Lets a loop to `max(x, 0)` run to `x`."""
    limits = nested(extent_form(forms, loop), "max")
    left = [limit for limit in limits if limit.as_int() is None or limit.as_int() > 0]
    if len(limits) != 2 or len(left) != 1:
        return False
    with ir.InsertionPoint(loop), loop.location:
        upper = materialize(left[0], forms.ranges.nonneg)
    set_extent(loop, upper)
    return True
