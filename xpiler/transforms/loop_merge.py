"""loop-merge: two loops with one body over neighbouring ranges become one loop over both.

The vector loop over `[0, 16*(n/16))` and its scalar tail over the rest, once lanes are loops, have the same body. The
start of the second range may be written `max(n/16, 0)`: what a loop variable is after a loop that may not run.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import effects_of, is_pure, walk
from xpiler.analysis.equivalence import BodyComparison, StoreComparison, TermComparison
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.pair_folds import pair_fold
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts
from xpiler.analysis.reductions import is_reduction
from xpiler.passes import Pass
from xpiler.transforms.accumulator_split import FIRST_START, is_split, part_of
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import body, functions, is_pure_between, is_unit_loop, operations, set_extent, variable


class LoopMergePass(Pass):
    """Neighbouring ranges with one body become one range."""

    name = "loop-merge"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _merge_one(function):
                pass


def _merge_one(function: ir.Operation) -> bool:
    for loop in list(walk(function)):
        if not is_unit_loop(loop):
            continue
        second = _next_loop(loop)
        if second is not None and (_merge(loop, second) or _merge_part(loop, second)):
            return True
    return False


def _next_loop(loop: ir.Operation) -> ir.Operation | None:
    """The next loop of the same kind in the block, with nothing but arithmetic between; of reductions the one that goes on, if
    nothing between writes memory."""
    if _only_folds(loop):
        return _continuation(loop)
    after = False
    for other in loop.block.operations:
        op = other.operation
        if op == loop:
            after = True
        elif after and op.name == loop.name and is_unit_loop(op):
            return op
        elif after and not is_pure_between(op):
            return None
    return None


def _only_folds(loop: ir.Operation) -> bool:
    """Whether a loop is a reduction, or looks for a value and its place, and does nothing else."""
    return is_reduction(loop) or (loop.name == "scf.for" and len(loop.results) > 1 and is_pure(loop) and pair_fold(loop) is not None)


def _continuation(loop: ir.Operation) -> ir.Operation | None:
    users = {use.owner.operation for result in loop.results for use in result.uses}
    if len(users) != 1:
        return None
    (second,) = users
    if second.block != loop.block or second.name != loop.name or not is_unit_loop(second) or not _only_folds(second):
        return None
    ops = operations(loop.block)
    effects = [effects_of(op) for op in ops[ops.index(loop) + 1 : ops.index(second)]]
    return second if all(e.unknown is None and not list(e.writes()) for e in effects) else None


def _merge(first: ir.Operation, second: ir.Operation) -> bool:
    forms = forms_of(first)
    limit = _joint_extent(forms, first, second)
    if limit is None or not _continues(first, second):
        return False
    with ir.InsertionPoint(second), second.location:
        upper = materialize(limit, forms.ranges.nonneg)
    for ours, theirs in zip(first.results, second.results, strict=True):
        theirs.replace_all_uses_with(ours)
    _hoist_before(first, upper)
    second.erase()
    set_extent(first, upper)
    return True


def _merge_part(first: ir.Operation, second: ir.Operation) -> bool:
    """Joins a reduction with those accumulators of the next one that go on with its own: `s += x; q += x * x` behind a loop that
    has the sum alone. Those become a loop of their own, which is undone where the two do not join."""
    starts = list(second.operands)[FIRST_START:]
    kept = [starts.index(result) for result in first.results if result in starts]
    if not is_reduction(first) or not is_split(second) or not 0 < len(kept) < len(starts) or len(kept) != len(first.results):
        return False
    part = part_of(second, kept)
    others = [k for k in range(len(starts)) if k not in kept]
    rest = part_of(second, others)
    for new, positions in ((part, kept), (rest, others)):
        for result, k in zip(new.results, positions, strict=True):
            second.results[k].replace_all_uses_with(result)
    for k in kept:
        second.operands[FIRST_START + k] = second.operands[FIRST_START + others[0]]  # nobody reads it any more
    if _merge(first, part):
        second.erase()
        return True
    for k, start in enumerate(starts):
        second.operands[FIRST_START + k] = start
    for new, positions in ((part, kept), (rest, others)):
        for result, k in zip(new.results, positions, strict=True):
            result.replace_all_uses_with(second.results[k])
        new.erase()
    return False


def _continues(first: ir.Operation, second: ir.Operation) -> bool:
    """Whether the accumulators of the second loop start where the first one's end, and nobody else looks at those."""
    if not len(first.results):
        return True
    starts = list(second.operands)[3:]
    return starts == list(first.results) and all(len(list(r.uses)) == 1 for r in first.results)


def _joint_extent(forms: IndexForms, first: ir.Operation, second: ir.Operation) -> Poly | None:
    """The extent of one loop that does the work of both: the first's extent is where the second's body goes on."""
    facts = facts_at(forms, first)
    plain = _plain_extent(forms, first, second, facts)
    if plain is not None:
        return plain
    found = sorted(extent_form(forms, second).atoms(), key=lambda a: a.serial)
    clamps = [a for a in found if a.kind == "max" and _is_clamp(a)]
    return next((e for a in clamps if (e := _clamped_extent(forms, first, second, a, facts)) is not None), None)


def _plain_extent(forms: IndexForms, first: ir.Operation, second: ir.Operation, facts: Facts) -> Poly | None:
    begin, rest = extent_form(forms, first), extent_form(forms, second)
    if not (forms.ranges.nonneg(begin, facts) and forms.ranges.nonneg(rest, facts)):
        return None
    return begin + rest if same_bodies(forms, first, second, begin, {}) else None


def _clamped_extent(forms: IndexForms, first: ir.Operation, second: ir.Operation, clamp: Atom, facts: Facts) -> Poly | None:
    """The second loop starts at a multiple of `max(x, 0)`: both for `x >= 0` and for `x < 0` one loop must do the same."""
    inner = next(arg for arg in clamp.args if arg.terms)
    begin, rest = extent_form(forms, first), extent_form(forms, second)
    runs, empty = {clamp: inner}, {clamp: Poly({})}
    end = forms.substitute(rest, runs)
    when_runs, when_empty = (*facts, inner), (*facts, -inner - 1)
    lengths = forms.ranges.nonneg(end, when_runs) and forms.ranges.nonneg(begin, when_runs) and forms.ranges.nonneg(-begin, when_empty)
    if not lengths or forms.substitute(rest, empty) != begin + end:
        return None
    same = same_bodies(forms, first, second, begin, runs) and same_bodies(forms, first, second, Poly({}), empty)
    return begin + end if same else None


def _is_clamp(atom: Atom) -> bool:
    return len(atom.args) == 2 and any(not arg.terms for arg in atom.args)


def same_bodies(forms: IndexForms, first: ir.Operation, second: ir.Operation, start: Poly, replaced: dict[Atom, Poly]) -> bool:
    """Whether the second body at `i - start` is the first one at `i`, with atoms of the second replaced."""
    ours, theirs = body(first), body(second)
    if len(ours.arguments) != len(theirs.arguments):
        return False  # one carries values the other has not
    ways = (TermComparison,) if _only_folds(first) and _only_folds(second) else (BodyComparison, StoreComparison)
    for way in ways:
        comparison = way(forms, replaced)
        for a, b in list(zip(ours.arguments, theirs.arguments, strict=True))[1:]:
            comparison.pair(a, b)
        comparison.moved[forms.atom(variable(second))] = Poly.atom(forms.atom(variable(first))) - start
        if comparison.same_blocks(ours, theirs):
            return True
    return False


def _hoist_before(loop: ir.Operation, value: ir.Value) -> None:
    """Moves the arithmetic of `value` in front of `loop`, where it stands between the two loops."""
    op = value.owner
    if isinstance(op, ir.Block) or op.operation.block != loop.block or not loop.is_before_in_block(op.operation):
        return
    for operand in op.operation.operands:
        _hoist_before(loop, operand)
    op.operation.move_before(loop)
