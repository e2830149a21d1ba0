"""empty-guard: a condition around loops that would not run without it either is dropped.

`if (i < n) for (; i < n; ++i)` is the loop alone: where the condition fails, its range is empty. A condition that chooses
between two lengths of one loop (a whole vector, or the rest) is that loop up to the smaller one; so it is with the loops of a nest (a whole
tile, or what is left of it at an edge).
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import walk
from xpiler.analysis.facts import condition_facts, facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.loop_merge import same_bodies
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    available_before,
    body,
    content,
    functions,
    is_pure_between,
    is_unit_loop,
    set_extent,
    terminator,
    variable,
)


class EmptyGuardPass(Pass):
    """Conditions that only keep empty loops from running are dropped."""

    name = "empty-guard"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for branch in reversed([o for o in walk(function) if o.name == "scf.if"]):
                if _superfluous(branch) or _join_branches(branch):
                    _inline(branch)


def _superfluous(branch: ir.Operation) -> bool:
    """Whether all a branch does is loops that are empty when the condition fails, and its results are then the same."""
    loops = []
    for op in content(branch.regions[0].blocks[0]):
        if is_unit_loop(op):
            loops.append(op)
        elif not is_pure_between(op):
            return False
    if not loops or not _same_results(branch, loops):
        return False
    forms = forms_of(branch)
    fails = tuple(condition_facts(forms, branch.operands[0], holds=False))
    facts = (*facts_at(forms, branch), *fails)
    outside = all(_outside(forms, loop, branch) for loop in loops)
    return bool(fails) and outside and all(forms.ranges.nonneg(-extent_form(forms, loop), facts) for loop in loops)


def _join_branches(branch: ir.Operation) -> bool:
    """Gives the first branch's loops the smaller bounds, if both branches are one nest and the condition chooses its bounds."""
    if len(branch.results) or not len(branch.regions[1].blocks):
        return False
    levels = _nests(*(region.blocks[0] for region in branch.regions))
    forms = forms_of(branch)
    if not levels or not all(_outside(forms, loop, branch) for pair in levels for loop in pair):
        return False
    *around, innermost = levels
    replaced = {forms.atom(variable(second)): Poly.atom(forms.atom(variable(first))) for first, second in around}
    if not same_bodies(forms, *innermost, Poly({}), replaced):
        return False
    extents = [tuple(extent_form(forms, loop) for loop in pair) for pair in levels]
    if not all(_chosen(forms, branch, *pair) for pair in extents):
        return False
    for (loop, _), lengths in reversed(list(zip(levels, extents, strict=True))):  # a loop is made anew, its body moved
        with ir.InsertionPoint(levels[0][0]), loop.location:
            set_extent(loop, materialize(forms.extreme("min", list(lengths)), forms.ranges.nonneg))
    return True


def _nests(first: ir.Block, second: ir.Block) -> list[tuple[ir.Operation, ir.Operation]]:
    """The loops of two blocks that hold nothing but one nest each, level by level as far as both have one."""
    loops = _only_loop(first), _only_loop(second)
    if loops[0] is None or loops[1] is None or loops[0].name != loops[1].name:
        return []
    return [(loops[0], loops[1]), *_nests(body(loops[0]), body(loops[1]))]


def _chosen(forms: IndexForms, branch: ir.Operation, ours: Poly, theirs: Poly) -> bool:
    """Whether a branch takes the smaller of two lengths."""
    around = facts_at(forms, branch)
    holds, fails = (tuple(condition_facts(forms, branch.operands[0], holds=h)) for h in (True, False))
    return forms.ranges.nonneg(theirs - ours, (*around, *holds)) and forms.ranges.nonneg(ours - theirs, (*around, *fails))


def _only_loop(block: ir.Block) -> ir.Operation | None:
    others = [op for op in content(block) if not is_pure_between(op)]
    return others[0] if len(others) == 1 and is_unit_loop(others[0]) and not len(others[0].results) else None


def _outside(forms: IndexForms, loop: ir.Operation, branch: ir.Operation) -> bool:
    return all(a.kind != "value" or available_before(a.value, branch) for a in extent_form(forms, loop).atoms())


def _same_results(branch: ir.Operation, loops: list[ir.Operation]) -> bool:
    """Whether the other branch yields what the loops start from."""
    if not len(branch.results):
        return not len(branch.regions[1].blocks) or not content(branch.regions[1].blocks[0])
    if content(branch.regions[1].blocks[0]):
        return False
    starts = {result: list(loop.operands)[3 + k] for loop in loops for k, result in enumerate(loop.results)}
    ours, theirs = (list(terminator(r.blocks[0]).operands) for r in branch.regions)
    return all(starts.get(a, a) == b for a, b in zip(ours, theirs, strict=True))


def _inline(branch: ir.Operation) -> None:
    block = branch.regions[0].blocks[0]
    values = list(terminator(block).operands)
    for op in content(block):
        op.move_before(branch)
    for result, value in zip(branch.results, values, strict=True):
        result.replace_all_uses_with(value)
    branch.erase()
