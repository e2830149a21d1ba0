"""pair-flatten: the place of the greatest of the greatest values is looked for once.

    r = for t iter(r) { s = for k iter(start) { better of s and (x, i) }; better of r and s }

is one nest that hands the pair on, as reduction-flatten makes of sums, so that loop-coalesce can make one loop of the two. "Better"
is the order of `xpiler.analysis.pair_choices`: the greater value, of equal ones the smaller place. A loop that takes greater values
alone keeps, of equal ones, the first it comes to: that is the order where places grow from turn to turn, beginning with no later
place than theirs. It is turned into the order in an inner loop; where the order is not needed, in one loop whose places grow, it is
turned back, which is how a person writes it.
"""

from __future__ import annotations

from dataclasses import replace

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, is_pure, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.pair_choices import Ties
from xpiler.analysis.pair_folds import PairFold, pair_fold, step_of
from xpiler.analysis.pair_orders import order_of
from xpiler.analysis.reductions import is_identity
from xpiler.passes import Pass
from xpiler.transforms.nests import extent_form
from xpiler.transforms.pair_code import pair_step
from xpiler.transforms.rewriting import (
    body,
    defined_inside,
    erase_dead,
    extent,
    functions,
    is_unit_for,
    new_for,
    operations,
    take_place,
    terminator,
    variable,
)

PAIR = 2


class PairFlattenPass(Pass):
    """Folds of folds of pairs become nests that carry one pair."""

    name = "pair-flatten"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [o for o in walk(function) if is_unit_for(o) and len(o.results) == PAIR]:
                _value_first(loop)
            loops = [o for o in walk(function) if is_unit_for(o) and len(o.results) > 1]
            for loop in reversed(loops):  # inner ones first
                _flatten(loop)
            for loop in loops:
                _keep_first(loop)
            erase_dead(function)


def _value_first(loop: ir.Operation) -> None:
    """Lets a loop that carries a place and then its value carry them the other way round, as the loops do that are made here."""
    fold = pair_fold(loop)
    if fold is None or fold.inner is not None or fold.positions == (0, 1):
        return
    carried, end = list(body(loop).arguments)[1:], terminator(body(loop))
    new = new_for(extent(loop), fold.starts, loop.location, ir.InsertionPoint(loop))
    take_place(variable(new), variable(loop))
    for position, old, result in zip(map(fold.positions.index, range(PAIR)), carried, loop.results, strict=True):
        take_place(body(new).arguments[position + 1], old)
        result.replace_all_uses_with(new.results[position])
    with ir.InsertionPoint(end), end.location:
        ir.Operation.create("scf.yield", operands=list(end.operands)[::-1])
    end.erase()
    for op in operations(body(loop)):
        body(new).append(op)
    loop.erase()


def _flatten(loop: ir.Operation) -> bool:
    """Hands the pair of `loop` to the inner loop that finds its pairs."""
    fold = pair_fold(loop)
    if fold is None or fold.inner is not None or fold.choice.ties is not Ties.BY_PLACE:
        return False
    inner = _inner_fold(fold)
    if inner is None or not _start_moves(fold, inner):
        return False
    step = step_of(fold)
    _by_place(inner)
    carried = [body(loop).arguments[k + 1] for k in fold.positions]
    for position, argument in zip(inner.positions, carried, strict=True):
        inner.loop.operands[3 + position] = argument
        argument.set_location(body(inner.loop).arguments[position + 1].location)  # the source's own names
    for position, result in zip(fold.positions, inner.positions, strict=True):
        terminator(body(loop)).operands[position] = inner.loop.results[result]
    _erase(fold.loop, step)
    return True


def _erase(loop: ir.Operation, step: set[ir.Operation]) -> None:
    """Takes away the operations that chose, those first whose results the others use."""
    for op in reversed(operations(body(loop))):
        if op in step:
            op.erase()


def _inner_fold(fold: PairFold) -> PairFold | None:
    """The loop that finds the pairs of another one, if it goes by the same order, or by one that is the same there."""
    loop = defining(fold.value)
    if loop is None or not is_unit_for(loop) or loop.block != body(fold.loop) or not is_pure(loop):
        return None
    inner = pair_fold(loop)
    if inner is None or [loop.results[k] for k in inner.positions] != [fold.value, fold.place]:
        return None
    step = step_of(fold)
    if any(use.owner.operation not in step for value in (fold.value, fold.place) for use in value.uses):
        return None
    order = order_of(inner)
    return replace(inner, choice=order) if order == fold.choice else None


def _by_place(fold: PairFold) -> None:
    """Lets places decide where values are equal, in the loop that chooses."""
    if fold.inner is None and pair_fold(fold.loop).choice.ties is not Ties.BY_PLACE:
        _choose(fold, fold.operators, ties=True)


def _choose(fold: PairFold, operators: tuple[str, str], ties: bool) -> None:
    step, end = step_of(fold), terminator(body(fold.loop))
    old = tuple(body(fold.loop).arguments[k + 1] for k in fold.positions)
    with ir.InsertionPoint(end), defining(end.operands[fold.positions[1]]).location:
        chosen = pair_step(*operators, (fold.value, fold.place), old, ties)
    for position, value in zip(fold.positions, chosen, strict=True):
        end.operands[position] = value
    _erase(fold.loop, step)


def _start_moves(fold: PairFold, inner: PairFold) -> bool:
    """Whether what the inner loop begins with is neutral, or can be what the outer one begins with, which runs at all."""
    if all(map(is_identity, inner.starts, inner.operators)):
        return True
    if any(defined_inside(start, fold.loop) for start in inner.starts):
        return False
    if fold.starts == inner.starts:
        return True
    forms = forms_of(fold.loop)
    runs = forms.ranges.positive(extent_form(forms, fold.loop), facts_at(forms, fold.loop))
    if not runs or not all(map(is_identity, fold.starts, fold.operators)):
        return False
    for position, start in zip(fold.positions, inner.starts, strict=True):
        fold.loop.operands[3 + position] = start
    return True


def _keep_first(loop: ir.Operation) -> bool:
    """Leaves out the comparison of places in a loop that comes to the better place first."""
    fold = pair_fold(loop)
    if fold is None or fold.inner is not None or fold.choice.ties is not Ties.BY_PLACE or not fold.choice.first:
        return False
    if order_of(replace(fold, choice=replace(fold.choice, ties=Ties.KEPT))) != fold.choice or _is_handed_on(fold):
        return False
    _choose(fold, fold.operators, ties=False)
    return True


def _is_handed_on(fold: PairFold) -> bool:
    """Whether a loop begins with the pair that a loop around it carries: its places grow in each turn of that, not over all."""
    return any(isinstance(start, ir.BlockArgument) for start in fold.starts)
