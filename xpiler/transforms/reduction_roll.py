"""reduction-roll: partial sums over neighbouring parts that are added up become one sum over the parts.

    a = sum k { x[2*k] }; b = sum k { x[2*k + 1] }; a + b   is   sum p < 2 { sum k { x[2*k + p] } }

Several accumulators, one a register or one an unrolled statement, hide the latency of an addition; what they compute is one
reduction. The loops must be the same operation by operation, with subscripts that grow by one amount from each to the
next. Sums of floats are taken in another order, as reals.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, effects_of, walk
from xpiler.analysis.equivalence import TermComparison
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reductions import IDENTITIES, Fold, folds_of, identity, is_identity, is_reduction
from xpiler.passes import Pass
from xpiler.transforms.loop_roll import GrowingComparison, Growth, copy_of_part, times
from xpiler.transforms.rewriting import (
    Mapping,
    blocks,
    body,
    clone,
    forget_no_wrap,
    functions,
    is_unit_for,
    name_accumulators,
    new_for,
    operations,
    terminator,
)


@dataclass(frozen=True)
class ReductionRollPass(Pass):
    """Sums of sums over neighbouring parts become nests."""

    name = "reduction-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for block in blocks(function):
                while any(_roll_tree(root) for root in _roots(block)):
                    pass
            while any(_split(loop) for loop in [op for op in walk(function) if is_unit_for(op) and len(op.results) > 1]):
                pass


def _roots(block: ir.Block) -> list[ir.Operation]:
    """The operations that end a tree of one operator over results of loops."""
    found = [op for op in operations(block) if op.name in IDENTITIES]
    return [op for op in found if not any(use.owner.operation.name == op.name for use in op.results[0].uses)]


def leaves_of(op: ir.Operation) -> list[ir.Value]:
    """What a tree of one operator folds: operands whose own tree nothing else looks at are opened."""
    leaves: list[ir.Value] = []
    for operand in op.operands:
        inner = defining(operand)
        opened = inner is not None and inner.name == op.name and inner.block == op.block and len(list(operand.uses)) == 1
        leaves += leaves_of(inner) if opened else [operand]
    return leaves


def _roll_tree(root: ir.Operation) -> bool:
    """Joins the first partial sums of a tree that are parts of one."""
    leaves = leaves_of(root)
    partial = [leaf for leaf in leaves if _is_partial(leaf, root)]
    if len(partial) < 2:
        return False
    parts = sorted({defining(leaf) for leaf in partial}, key=list(root.block.operations).index)
    if len(parts) == 1:
        return len(partial) == len(parts[0].results) and _roll(root, leaves, partial, _apart(parts[0], partial))
    own = [loop for loop in parts if len(loop.results) == 1]
    return len(own) > 1 and _nothing_written(own) and _roll(root, leaves, [loop.results[0] for loop in own], own)


def _is_partial(value: ir.Value, root: ir.Operation) -> bool:
    """Whether a leaf is what a loop in the root's block folds from nothing, and only the tree looks at it."""
    loop = defining(value)
    if loop is None or loop.block != root.block or not is_unit_for(loop) or not is_reduction(loop) or len(list(value.uses)) != 1:
        return False
    position = list(loop.results).index(value)
    return _fold(loop, position).operator == root.name and is_identity(list(loop.operands)[3 + position], root.name)


def _fold(loop: ir.Operation, position: int) -> Fold:
    return folds_of(loop)[position]


def _nothing_written(loops: list[ir.Operation]) -> bool:
    """Whether no memory is written from the first loop to the last, so that all may run where the last stands."""
    ops = operations(loops[0].block)
    between = ops[ops.index(loops[0]) : ops.index(loops[-1])]
    effects = [effects_of(op) for op in between]
    return all(e.unknown is None and not list(e.writes()) for e in effects)


def _split(loop: ir.Operation) -> bool:
    """Gives accumulators that fold neighbouring parts, rows of a matrix say, a loop each."""
    if not is_reduction(loop):
        return False
    copies = _apart(loop, list(loop.results))
    forms = forms_of(loop)
    alike = all(_growth(forms, copies[0], copy) is not None for copy in copies[1:])
    if alike:
        for result, copy in zip(list(loop.results), copies, strict=True):
            result.replace_all_uses_with(copy.results[0])
    for op in [loop] if alike else copies:
        op.erase()
    return alike


def _apart(loop: ir.Operation, results: list[ir.Value]) -> list[ir.Operation]:
    """Copies of a loop in front of it, one for each of its accumulators, in the order of `results`."""
    copies = []
    for position in map(list(loop.results).index, results):
        start = list(loop.operands)[3 + position]
        copy = new_for(list(loop.operands)[1], [start], loop.location, ir.InsertionPoint(loop))
        name_accumulators(copy, [body(loop).arguments[1 + position].location])
        mapping: Mapping = {body(loop).arguments[0]: body(copy).arguments[0], body(loop).arguments[position + 1]: body(copy).arguments[1]}
        wanted = terminator(body(loop)).operands[position]
        for op in needed_for(loop, wanted):
            clone(op, mapping, ir.InsertionPoint(body(copy)))
        with ir.InsertionPoint(body(copy)), loop.location:
            ir.Operation.create("scf.yield", operands=[mapping.get(wanted, wanted)])
        copies.append(copy)
    return copies


def needed_for(loop: ir.Operation, value: ir.Value) -> list[ir.Operation]:
    """The operations of a loop's body that a value is computed from, in order."""
    wanted: set[ir.Value] = {value}
    needed: list[ir.Operation] = []
    for op in reversed(operations(body(loop))):
        if any(result in wanted for result in op.results):
            needed.insert(0, op)
            wanted |= {operand for inner in walk(op) for operand in inner.operands}
    return needed


def _roll(root: ir.Operation, leaves: list[ir.Value], partial: list[ir.Value], loops: list[ir.Operation]) -> bool:
    forms = forms_of(root)
    ordered = _in_order(forms, loops)
    copies = [loop for loop in loops if loop.results[0] not in partial]
    if ordered is None:
        for copy in copies:
            copy.erase()
        return False
    joined = _over_parts(forms, root, ordered, _growth(forms, *ordered[:2]))
    fold_again(root, [leaf for leaf in leaves if leaf not in partial] + [joined])
    for loop in dict.fromkeys([*loops, *(defining(leaf) for leaf in partial)]):
        loop.erase()
    return True


def _in_order(forms: IndexForms, loops: list[ir.Operation]) -> list[ir.Operation] | None:
    """The loops as parts that follow each other by one step, whatever the order in which they stand."""
    for first, second in permutations(loops, 2):
        step = _growth(forms, first, second)
        if step is None:
            return None
        grown = {loop: _growth(forms, first, loop) for loop in loops if loop != first}
        ordered = [next((loop for loop, by in grown.items() if by == times(step, k)), None) for k in range(1, len(loops))]
        if all(loop is not None for loop in ordered):
            return [first, *ordered]
    return None


def _growth(forms: IndexForms, first: ir.Operation, second: ir.Operation) -> Growth | None:
    comparison = _GrowingTerms(forms, first, second)
    comparison.pair(body(first).arguments[1], body(second).arguments[1])
    if not comparison.same_iterations(first, second):
        return None
    return comparison.growth if any(step.terms for step in comparison.growth.values()) else None


class _GrowingTerms(TermComparison, GrowingComparison):
    """Compares loops that only compute, subscripts aside."""


def _over_parts(forms: IndexForms, root: ir.Operation, loops: list[ir.Operation], growth: Growth) -> ir.Value:
    """The sum over the parts, in front of the root."""
    ip = ir.InsertionPoint(root)
    with ip, root.location:
        start = identity(root.name, root.results[0].type)
    parts = new_for(len(loops), [start], loops[0].location, ip)
    name_accumulators(parts, [root.location])
    copy = copy_of_part(forms, loops[0], growth, parts)
    copy.operands[3] = body(parts).arguments[1]
    with ir.InsertionPoint(body(parts)), root.location:
        ir.Operation.create("scf.yield", operands=[copy.results[0]])
    forget_no_wrap(parts)
    return parts.results[0]


def fold_again(root: ir.Operation, leaves: list[ir.Value]) -> None:
    """The tree over other leaves, in place of the root; what is left of the old one goes."""
    total = leaves[0]
    with ir.InsertionPoint(root), root.location:
        for leaf in leaves[1:]:
            total = ir.Operation.create(root.name, [total.type], [total, leaf]).results[0]
    old = [root]
    root.results[0].replace_all_uses_with(total)
    while old:
        op = old.pop()
        inner = [defining(operand) for operand in op.operands]
        if not any(list(result.uses) for result in op.results):
            op.erase()
            old += [o for o in dict.fromkeys(inner) if o is not None and o.name in IDENTITIES and not list(o.results[0].uses)]
