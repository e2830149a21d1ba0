"""place-scan: a search for where a greatest element stands, behind the loop that finds it, becomes one loop that finds both.

    m = for j iter(m = -inf) { max(m, x[j]) }        for j iter(m = -inf, p = 0) { p = x[j] > m ? j : p; m = max(m, x[j]) }
    p = for j iter(p = 0) { x[n-1-j] == m ? n-1-j : p }      becomes that

The search goes backwards, so that it ends with the first place; `__bang_argmax` is told so. Beginning with an infinity, no element is
left out: where all are that infinity, both give the first place, which must be what the search begins with.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import access_of, defining, effects_of, is_pure, may_alias, walk
from xpiler.analysis.equivalence import TermComparison
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import EXACT, IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.reductions import folds_of, is_identity
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, extent, functions, is_unit_for, new_for, operations, take_place, terminator, variable

GREATER = {"arith.maxnumf": 2, "arith.minnumf": 4}  # the predicate of a new value that is kept
EQUAL = (1, 8)
INT_MAX = 2**31 - 1


class PlaceScanPass(Pass):
    """Searches for an extreme that a loop has found are done by that loop."""

    name = "place-scan"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [o for o in walk(function) if is_unit_for(o) and len(o.results) == 1]:
                scan = _scan_of(loop)
                if scan is not None and _finds_the_first(scan):
                    _join(scan)


@dataclass(frozen=True)
class _Scan:
    """A loop that takes `place` where `value` is what the loop `extreme` has found."""

    loop: ir.Operation
    extreme: ir.Operation
    value: ir.Value
    place: ir.Value


def _scan_of(loop: ir.Operation) -> _Scan | None:
    selection = defining(terminator(body(loop)).operands[0])
    if selection is None or selection.name != "arith.select" or selection.operands[2] != body(loop).arguments[1] or not is_pure(loop):
        return None
    comparison = defining(selection.operands[0])
    if comparison is None or comparison.name != "arith.cmpf" or ir.IntegerAttr(comparison.attributes["predicate"]).value not in EQUAL:
        return None
    for value, greatest in (tuple(comparison.operands), tuple(comparison.operands)[::-1]):
        extreme = defining(greatest)
        if extreme is not None and is_unit_for(extreme) and len(extreme.results) == 1 and _is_extreme(extreme):
            return _Scan(loop, extreme, value, selection.operands[1])
    return None


def _is_extreme(loop: ir.Operation) -> bool:
    """Whether a loop takes the greatest or least of its elements, all of them."""
    update, operator = defining(terminator(body(loop)).operands[0]), folds_of(loop)[0].operator
    if operator not in GREATER or update is None or update.name != operator or not is_pure(loop):
        return False
    return body(loop).arguments[1] in list(update.operands) and is_identity(loop.operands[3], operator)


def _term(loop: ir.Operation) -> ir.Value:
    update = defining(terminator(body(loop)).operands[0])
    return next(o for o in update.operands if o != body(loop).arguments[1])


def _finds_the_first(scan: _Scan) -> bool:
    """Whether the scan meets the elements of the extreme backwards, their places shrink, and it begins with the last that it meets."""
    forms = forms_of(scan.loop)
    if extent_form(forms, scan.loop) != extent_form(forms, scan.extreme) or not _reads_the_same(scan):
        return False
    place = _place(forms, scan)
    turn = forms.atom(variable(scan.extreme))
    grows = forms.substitute(place, {turn: Poly.atom(turn) + 1}) - place
    if not forms.ranges.positive(grows) or forms.of(scan.loop.operands[3]) != forms.substitute(place, {turn: Poly.constant(0)}):
        return False
    comparison = TermComparison(forms, {})
    comparison.moved[forms.atom(variable(scan.loop))] = _turned(forms, scan)
    return comparison.same_terms(_term(scan.extreme), scan.value)


def _turned(forms: IndexForms, scan: _Scan) -> Poly:
    """The turn of the scan that meets what the extreme's loop meets at its own."""
    return extent_form(forms, scan.extreme) - 1 - Poly.atom(forms.atom(variable(scan.extreme)))


def _place(forms: IndexForms, scan: _Scan) -> Poly:
    """The place that the scan takes, as a number of the extreme's turn."""
    return forms.substitute(forms.of(scan.place), {forms.atom(variable(scan.loop)): _turned(forms, scan)})


def _reads_the_same(scan: _Scan) -> bool:
    """Whether nothing between the loops writes what they read."""
    holder = scan.loop
    while holder.block != scan.extreme.block:
        if holder.parent is None or holder.parent.name not in ("scf.if", "scf.for", "scf.forall"):
            return False
        holder = holder.parent.operation
    ops = operations(scan.extreme.block)
    effects = [effects_of(op) for op in ops[ops.index(scan.extreme) : ops.index(holder) + 1]]
    read = [access_of(op).buffer for op in walk(scan.loop) if access_of(op) is not None]
    return all(e.unknown is None and not any(may_alias(b, w) for b in read for w in e.writes()) for e in effects)


def _join(scan: _Scan) -> None:
    forms, old = forms_of(scan.loop), scan.extreme
    place, kind = _place(forms, scan), _kind(forms, scan)
    operator, term = folds_of(old)[0].operator, _term(old)
    with ir.InsertionPoint(old), scan.loop.location:
        first = materialize(forms.of(scan.loop.operands[3]), forms.ranges.nonneg)
        new = new_for(extent(old), [old.operands[3], _as(kind, first)], old.location, ir.InsertionPoint(old))
    place = forms.substitute(place, {forms.atom(variable(old)): forms.table.value(variable(new))})
    take_place(variable(new), variable(old))
    take_place(body(new).arguments[1], body(old).arguments[1])
    body(new).arguments[2].set_location(body(scan.loop).arguments[1].location)
    for op in operations(body(old)):
        body(new).append(op)
    end = terminator(body(new))
    with ir.InsertionPoint(end), scan.loop.location:
        here = _as(kind, materialize(place, forms.ranges.nonneg))
        better = arith.cmpf(GREATER[operator], term, body(new).arguments[1])
        found = arith.select(better, here, body(new).arguments[2])
        ir.Operation.create("scf.yield", operands=[end.operands[0], found])
    end.erase()
    old.results[0].replace_all_uses_with(new.results[0])
    with ir.InsertionPoint.after(new), scan.loop.location:
        result = new.results[1] if kind == scan.place.type else arith.index_cast(scan.place.type, new.results[1])
    scan.loop.results[0].replace_all_uses_with(result)
    scan.loop.erase()
    old.erase()


def _kind(forms: IndexForms, scan: _Scan) -> ir.Type:
    """The type to carry the place in: an int where nothing else is wanted of it, and it fits."""
    narrow = ir.IntegerType.get_signless(32)
    users = [use.owner.operation for use in scan.loop.results[0].uses]
    wanted = all(op.name == "arith.index_cast" and op.results[0].type == narrow for op in users)
    last = _place(forms, scan)
    fits = forms.ranges.nonneg(Poly.constant(INT_MAX) - last, facts_at(forms, terminator(body(scan.extreme))))
    return narrow if wanted and fits else scan.place.type


def _as(kind: ir.Type, number: ir.Value) -> ir.Value:
    if number.type == kind:
        return number
    return ir.Operation.create("arith.index_cast", results=[kind], operands=[number], attributes={EXACT: ir.UnitAttr.get()}).result
