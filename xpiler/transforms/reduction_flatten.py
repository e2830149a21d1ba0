"""reduction-flatten: a reduction of reductions becomes one.

    r = for t iter(r) { s = for k iter(0) { s + x }; r + s }   is   for t iter(r) { for k iter(r) { r + x } }

so that loop-coalesce can make one loop of the two. A start value that an idempotent operator repeats for each `t`
(`max` from -1e30) moves to the outer loop, if that runs at all.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.reductions import IDEMPOTENT, Fold, folds_of, is_identity
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, defined_inside, forget_no_wrap, functions, is_unit_for, terminator


class ReductionFlattenPass(Pass):
    """Reductions of reductions become nests that carry one accumulator."""

    name = "reduction-flatten"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in reversed([o for o in walk(function) if is_unit_for(o) and len(o.results)]):  # inner ones first
                for fold in folds_of(loop):
                    if fold.operator:
                        _flatten(loop, fold)


def _flatten(loop: ir.Operation, fold: Fold) -> bool:
    """Threads the accumulator of `loop` through the inner reduction that it adds up."""
    accumulator = body(loop).arguments[fold.index + 1]
    update = defining(terminator(body(loop)).operands[fold.index])
    if update.name != fold.operator or accumulator not in list(update.operands):
        return False
    other = next(o for o in update.operands if o != accumulator)
    inner = defining(other)
    if inner is None or inner.name != "scf.for" or inner.block != update.block or len(list(other.uses)) != 1:
        return False
    position = list(inner.results).index(other)
    if folds_of(inner)[position].operator != fold.operator or not _start_moves(loop, inner, position, fold):
        return False
    inner.operands[3 + position] = accumulator
    update.results[0].replace_all_uses_with(other)
    update.erase()
    forget_no_wrap(loop)
    return True


def _start_moves(loop: ir.Operation, inner: ir.Operation, position: int, fold: Fold) -> bool:
    """Whether the inner start value is neutral, or can be folded once into the outer one."""
    start = list(inner.operands)[3 + position]
    if is_identity(start, fold.operator):
        return True
    forms = forms_of(loop)
    runs = forms.ranges.positive(extent_form(forms, loop), facts_at(forms, loop))
    if fold.operator not in IDEMPOTENT or not runs or defined_inside(start, loop):
        return False
    first = list(loop.operands)[3 + fold.index]
    if is_identity(first, fold.operator):
        loop.operands[3 + fold.index] = start
        return True
    with ir.InsertionPoint(loop), loop.location:
        loop.operands[3 + fold.index] = ir.Operation.create(fold.operator, [start.type], [first, start]).results[0]
    return True
