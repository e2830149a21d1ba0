"""loop-turn: a parallel loop that goes downwards through memory goes upwards.

    forall v in (n) { t[n - 1 - v] = ... }   is   forall v in (n) { t[v] = ... }

Iterations of a parallel loop have no order, so any numbering of them is as good; this one lets loops that did the same be told alike.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, walk
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, content, extent, functions, is_unit_forall, move_content, new_forall, terminator, variable


class LoopTurnPass(Pass):
    """Parallel loops whose variable only ever counts subscripts down count up."""

    name = "loop-turn"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            loops = [op for op in walk(function) if op.name == "scf.forall" and is_unit_forall(op) and "mapping" not in op.attributes]
            for loop in reversed(loops):  # inner ones first: what is in a loop is moved
                if _counts_down(forms_of(loop), loop):
                    _turn(loop)


def _counts_down(forms: IndexForms, loop: ir.Operation) -> bool:
    """Whether the variable lowers at least one subscript in the loop and raises none."""
    own = forms.atom(variable(loop))
    lowers = False
    for access in (found for op in walk(loop) if (found := access_of(op)) is not None):
        for subscript in access.subscripts:
            parts = forms.of(subscript).split(own)
            if parts is None or (parts[0].terms and (parts[0].as_int() is None or parts[0].as_int() > 0)):
                return False
            lowers = lowers or bool(parts[0].terms)
    return lowers


def _turn(loop: ir.Operation) -> None:
    forms = forms_of(loop)
    made = new_forall(extent(loop), loop.location, ir.InsertionPoint(loop))
    with ir.InsertionPoint(terminator(body(made))), loop.location:
        turned = materialize(extent_form(forms, loop) - 1 - forms.table.value(variable(made)))
    variable(loop).replace_all_uses_with(turned)
    move_content(content(body(loop)), body(made))
    loop.erase()
