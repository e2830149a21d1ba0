"""loop-concatenate: ranges that begin where the one before them ends are one range.

    forall t < T { forall r < length(t) { body(start(t) + r) } }     where start(t) + length(t) = start(t + 1)
      becomes
    forall v < start(T) - start(0) { body(start(0) + v) }

How work is shared out in blocks: `start = t * (n / T) + min(t, n % T)`, `length = n / T + (t < n % T)`.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining
from xpiler.analysis.facts import SGE, SGT, SLE, SLT, facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Bounds
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.index_simplify import simplify_indices
from xpiler.transforms.nests import Nest, index_roots, is_index_arithmetic, is_integer, nests_in, sink_between
from xpiler.transforms.rewriting import body, content, defined_inside, functions, index, move_content, new_forall, variable


class LoopConcatenatePass(Pass):
    """Parallel loops over ranges that follow each other become one loop."""

    name = "loop-concatenate"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _concatenate_one(function):
                simplify_indices(function)


@dataclass(frozen=True)
class _Ranges:
    """Two parallel loops whose ranges follow each other, and how many numbers there are in all."""

    nest: Nest
    total: Poly


def _concatenate_one(function: ir.Operation) -> bool:
    forms = forms_of(function)
    for nest in nests_in(function, parallel=True):
        for outer, inner in zip(nest.loops, nest.loops[1:], strict=False):
            ranges = _find(forms, Nest((outer, inner))) if inner is nest.inner else None
            if ranges:
                _rewrite(forms, ranges)
                return True
    return False


def _find(forms: IndexForms, nest: Nest) -> _Ranges | None:
    parts, within = (forms.atom(variable(loop)) for loop in nest.loops)
    count, length = nest.extents(forms)
    if not length.mentions(parts) and not any(_indicator(forms, atom) for atom in length.own_atoms()):
        return None  # equal parts: loop-coalesce takes them
    if not forms.ranges.nonneg(length, facts_at(forms, nest.inner)):
        return None
    roots = [_expanded(forms, root) for root in _roots(forms, nest)]
    length = _expanded(forms, length)
    for start in _starts(roots, within, parts):
        follows = forms.substitute(start, {parts: Poly.atom(parts) + 1}) == start + length
        if follows and _only_together(forms, roots, (parts, within), start):
            first, last = (forms.substitute(start, {parts: end}) for end in (Poly({}), count))
            outside = all(_available(poly, nest.outer) for poly in (first, last))
            return _Ranges(nest, last - first) if outside else None
    return None


def _roots(forms: IndexForms, nest: Nest) -> list[Poly]:
    """What the effects of the body depend on. Comparisons that are only counted are part of the numbers they are counted in."""
    between = [op for op in content(body(nest.outer)) if op != nest.inner and not is_index_arithmetic(forms, op)]
    operands = [o for op in between if not _is_counted(forms, op) for o in op.operands if is_integer(o.type)]
    return list(dict.fromkeys([*index_roots(forms, nest.inner), *map(forms.of, operands)]))


def _is_counted(forms: IndexForms, op: ir.Operation) -> bool:
    """Whether a comparison is used as a number alone."""
    users = [use.owner.operation for use in op.results[0].uses] if op.name == "arith.cmpi" else []
    counts = (len(user.results) == 1 and _indicator(forms, forms.atom(user.results[0])) is not None for user in users)
    return bool(users) and all(counts)


def _starts(roots: list[Poly], within: Atom, parts: Atom) -> list[Poly]:
    """What may be the beginning of a part: a number that is used goes on from it by ones."""
    splits = [split for root in roots if (split := root.split(within)) and split[0].as_int() == 1]
    return list(dict.fromkeys(rest for _, rest in splits if rest.mentions(parts)))


def _only_together(forms: IndexForms, roots: list[Poly], variables: tuple[Atom, Atom], start: Poly) -> bool:
    """Whether the body, written in the number, needs neither the part nor the place within it."""
    _, within = variables
    number = Poly.atom(forms.fresh("number", Bounds((Poly.constant(0),))))
    written = [forms.substitute(root, {within: number - start}) for root in roots]
    return not any(form.mentions(v) for form in written for v in variables)


def _expanded(forms: IndexForms, poly: Poly) -> Poly:
    """`poly` with each `(a < b)` that is used as a number written as `min(a + 1, b) - min(a, b)`."""
    replaced = {atom: number for atom in poly.atoms() if (number := _indicator(forms, atom)) is not None}
    return forms.substitute(poly, replaced) if replaced else poly


def _indicator(forms: IndexForms, atom: Atom) -> Poly | None:
    """The number that a comparison of indices is, 1 where it holds: `(a < b) = min(a + 1, b) - min(a, b)`."""
    widened = defining(atom.value) if atom.kind == "value" and isinstance(atom.value, ir.Value) else None
    if widened is None or widened.name not in ("arith.extui", "arith.index_castui"):
        return None
    compared = defining(widened.operands[0])
    if compared is None or compared.name != "arith.cmpi":
        return None
    predicate = ir.IntegerAttr(compared.attributes["predicate"]).value
    if predicate not in (SLT, SLE, SGT, SGE):
        return None
    a, b = (forms.of(operand) for operand in compared.operands)
    small, large = (a, b) if predicate in (SLT, SLE) else (b, a)
    large = large + (1 if predicate in (SLE, SGE) else 0)
    return forms.extreme("min", [small + 1, large]) - forms.extreme("min", [small, large])


def _available(poly: Poly, loop: ir.Operation) -> bool:
    return all(a.kind != "value" or not defined_inside(a.value, loop) for a in poly.atoms())


def _rewrite(forms: IndexForms, ranges: _Ranges) -> None:
    """The first part goes on to the end of all: its body at place `v` is that of the number `start(0) + v`."""
    outer, inner = ranges.nest.loops
    sink_between(ranges.nest)
    with ir.InsertionPoint(outer), inner.location:
        upper, zero = materialize(ranges.total, forms.ranges.nonneg), index(0)
    joined = new_forall(upper, inner.location, ir.InsertionPoint(outer))
    variable(outer).replace_all_uses_with(zero)
    variable(inner).replace_all_uses_with(variable(joined))
    move_content(content(body(inner)), body(joined))
    outer.erase()
