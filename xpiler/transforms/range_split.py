"""range-split: a parallel loop that does one thing up to a number and another from there on becomes two loops.

    forall t in (n + m) { if (t < n) left(t) else right(t) }
      becomes
    forall t in (n) { left(t) }
    forall t in (m) { right(n + t) }

Two arrays side by side, an edge and the rest: apart, each copies or computes what follows each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import is_pure, walk
from xpiler.analysis.facts import condition_facts
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    Mapping,
    body,
    clone,
    content,
    defined_inside,
    erase_dead,
    functions,
    is_unit_forall,
    new_forall,
    terminator,
    variable,
)


class RangeSplitPass(Pass):
    """Parallel loops over two ranges become a loop over each."""

    name = "range-split"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_forall(o)]):
                found = _ranges(loop)
                if found is not None:
                    _split(loop, found)


@dataclass(frozen=True)
class _Ranges:
    """The branch, its sides below and from `first` on, and where that lies within the loop."""

    branch: ir.Operation
    below: ir.Block
    beyond: ir.Block
    first: Poly


def _ranges(loop: ir.Operation) -> _Ranges | None:
    effects = [op for op in content(body(loop)) if not is_pure(op)]
    if len(effects) != 1 or effects[0].name != "scf.if" or len(effects[0].results):
        return None
    (branch,) = effects
    sides = [region.blocks[0] for region in branch.regions if len(region.blocks)]
    if len(sides) != 2 or not all(content(side) for side in sides):
        return None
    if any(inner.name.startswith("scf.") for inner in walk(branch) if inner != branch and inner.name != "scf.yield"):
        return None  # lanes of a vector, or what is left of it: one range, which other passes find
    forms = forms_of(loop)
    for holds, (below, beyond) in ((True, sides), (False, sides[::-1])):
        first = _end(forms, loop, condition_facts(forms, branch.operands[0], holds=holds))
        if first is not None:
            return _Ranges(branch, below, beyond, first)
    return None


def _end(forms: IndexForms, loop: ir.Operation, facts: list[Poly]) -> Poly | None:
    """The number below which the loop's variable is where one fact alone says so, within the loop; it is known in front of the loop."""
    parts = facts[0].split(forms.atom(variable(loop))) if len(facts) == 1 else None
    if parts is None or parts[0].as_int() != -1:
        return None
    end = parts[1] + 1
    if any(atom.kind == "value" and defined_inside(atom.value, loop) for atom in end.atoms()):
        return None
    return forms.extreme("max", [forms.extreme("min", [end, extent_form(forms, loop)]), Poly.constant(0)])


def _split(loop: ir.Operation, found: _Ranges) -> None:
    forms = forms_of(loop)
    for side, start, length in (
        (found.below, Poly({}), found.first),
        (found.beyond, found.first, extent_form(forms, loop) - found.first),
    ):
        at = ir.InsertionPoint(loop)
        with at, loop.location:
            begin, trips = materialize(start, forms.ranges.nonneg), materialize(length, forms.ranges.nonneg)
        new = new_forall(trips, loop.location, at)
        inside = ir.InsertionPoint(terminator(body(new)))
        with inside, loop.location:
            number = variable(new) if not start.terms else arith.addi(begin, variable(new))
        mapping: Mapping = {variable(loop): number}
        for op in content(body(loop)):
            for copied in content(side) if op == found.branch else [op]:
                clone(copied, mapping, inside)
        erase_dead(new)
    loop.erase()
