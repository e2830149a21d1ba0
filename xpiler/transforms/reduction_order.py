"""reduction-order: nested loops that only add up go through memory in its order, the smallest steps innermost.

    for t in 256 { for k in ceildiv(n - t, 1024) { s += a[t + 1024 k] } }
      becomes
    for k in ceildiv(n, 1024) { for t in min(256, n - 1024 k) { s += a[t + 1024 k] } }

The sum of a block's threads, each over elements far apart, or of a row of groups by lanes: loads of neighbours are one vector then.
"""

from __future__ import annotations

from itertools import pairwise

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, walk
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.reductions import is_reduction
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.loop_reorder import exchange
from xpiler.transforms.nests import extent_form, nests_in
from xpiler.transforms.rewriting import defined_inside, functions, set_extent, variable


class ReductionOrderPass(Pass):
    """Two loops of a reduction change places where the outer one takes the smaller steps in all that is loaded."""

    name = "reduction-order"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_exchange_one(nest.loops) for nest in nests_in(function, parallel=False) if is_reduction(nest.outer)):
                pass


def _exchange_one(loops: tuple[ir.Operation, ...]) -> bool:
    return any(_exchange(outer, inner) for outer, inner in pairwise(loops))


def _exchange(outer: ir.Operation, inner: ir.Operation) -> bool:
    forms = forms_of(outer)
    if not _takes_smaller_steps(forms, outer, inner):
        return False
    own, count = forms.atom(variable(outer)), extent_form(forms, inner)
    if count.mentions(own):
        shares = _shares(count, own)
        if shares is None or not _known_before(shares[0], outer):
            return False
        end, step = shares
        _unite(forms, outer, inner, end, step)
        return True
    if not _known_before(count, outer):
        return False
    exchange(outer, inner)
    return True


def _takes_smaller_steps(forms: IndexForms, outer: ir.Operation, inner: ir.Operation) -> bool:
    """Whether `outer` goes to neighbours, `inner` farther, wherever both count what is loaded."""
    found = False
    for access in (a for op in walk(inner) if (a := access_of(op)) and not a.writes):
        for subscript in access.subscripts:
            near, far = (forms.of(subscript).split(forms.atom(variable(loop))) for loop in (outer, inner))
            if near is None or far is None:
                return False
            if near[0].terms and far[0].terms:
                if near[0].as_int() != 1 or (far[0].as_int() or 2) <= 1:
                    return False
                found = True
    return found


def _shares(count: Poly, own: Atom) -> tuple[Poly, Poly] | None:
    """`e` and `step` where an iteration of the outer loop has `ceildiv(e - own, step)` of the inner."""
    (atom,) = list(count.own_atoms()) if len(list(count.own_atoms())) == 1 else (None,)
    if atom is None or atom.kind != "floordiv" or count != Poly.atom(atom):
        return None
    dividend, step = atom.args
    split = dividend.split(own)
    if split is None or split[0].as_int() != -1 or (step.as_int() or 0) < 1:
        return None
    return split[1] - step + 1, step


def _known_before(poly: Poly, outer: ir.Operation) -> bool:
    return all(atom.kind != "value" or not defined_inside(atom.value, outer) for atom in poly.atoms())


def _unite(forms: IndexForms, outer: ir.Operation, inner: ir.Operation, end: Poly, step: Poly) -> None:
    """Exchanges the loops, the inner one as long as the first iteration of the outer asks for; the new inner one ends with the range."""
    width, dividend = extent_form(forms, outer), end + step - 1
    with ir.InsertionPoint(outer), inner.location:  # a negative number, rounded to zero or down, counts no iteration
        rounded = materialize(forms.floordiv(dividend, step), lambda poly: poly == dividend or forms.ranges.nonneg(poly))
        set_extent(inner, rounded)
    first, second = exchange(outer, inner)
    forms = forms_of(first)
    begun = end - step * Poly.atom(forms.atom(variable(first)))
    with ir.InsertionPoint(second), second.location:
        set_extent(second, materialize(forms.extreme("min", [width, begun]), forms.ranges.nonneg))
