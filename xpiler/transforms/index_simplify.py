"""index-simplify: index arithmetic becomes shorter, comparisons that the loops around decide become constants.

`(b*256 + t) / 256` is `b` where `t` runs below 256; `if (i < n)` in a loop below `n` is always taken. Each rewrite makes
the arithmetic cheaper, so the pass ends.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, walk
from xpiler.analysis.facts import EQ, NE, SGE, comparison_facts, facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.passes import Pass
from xpiler.transforms.index_code import build, cost, expression, materialize
from xpiler.transforms.rewriting import erase_dead, functions

_COSTS = {
    "arith.addi": 1,
    "arith.subi": 1,
    "arith.muli": 1,
    "arith.minsi": 1,
    "arith.maxsi": 1,
    "arith.floordivsi": 3,
    "arith.ceildivsi": 4,
    "arith.ceildivui": 4,
    "arith.divsi": 4,
    "arith.divui": 3,
    "arith.remsi": 4,
    "arith.remui": 3,
    "arith.shli": 2,
    "arith.shrsi": 4,
    "arith.shrui": 4,
    "arith.andi": 4,
}
_EXTREMES = ("arith.minsi", "arith.maxsi")


class IndexSimplifyPass(Pass):
    """Index arithmetic by polynomials, comparisons and extremes by ranges."""

    name = "index-simplify"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            simplify_indices(function)


def simplify_indices(root: ir.Operation) -> None:
    """Simplifies the index arithmetic inside `root`."""
    forms = forms_of(root)
    for op in list(walk(root)):
        if op.name == "arith.cmpi":
            _decide(forms, op) or _compare_indices(forms, op)
        elif op.name in ("arith.index_cast", "arith.index_castui") and isinstance(op.results[0].type, ir.IndexType):
            _replace_cast(forms, op)
        elif op.name in _COSTS and isinstance(op.results[0].type, ir.IndexType):
            _shorten(forms, op)
    erase_dead(root)


def shorten_indices(root: ir.Operation) -> None:
    """Shortens numbers as they are written, before minima and maxima in them are decided by what is known at each place.

    Where a loop runs, its stride `max(blocks, 1)` is `blocks`, and what is computed there would no longer cancel against the stride
    that was computed outside.
    """
    forms = forms_of(root)
    for op in list(walk(root)):
        if op.name in _COSTS and op.name not in _EXTREMES and isinstance(op.results[0].type, ir.IndexType):
            _shorten(forms, op)
    erase_dead(root)


def _replace_cast(forms: IndexForms, op: ir.Operation) -> None:
    """A cast of integer arithmetic that does not wrap becomes index arithmetic."""
    form = forms.of(op.results[0])
    if form in (forms.table.value(op.results[0]), forms.table.value(op.operands[0])):
        return
    with ir.InsertionPoint(op), op.location:
        op.results[0].replace_all_uses_with(materialize(form, forms.ranges.nonneg))


def _compare_indices(forms: IndexForms, op: ir.Operation) -> None:
    """A signed comparison of integers that do not wrap becomes one of indices."""
    kind = op.operands[0].type
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if not isinstance(kind, ir.IntegerType) or kind.width == 1 or predicate > SGE:
        return
    sides = [forms.of(operand) for operand in op.operands]
    if all(form.is_constant or form == forms.table.value(o) for form, o in zip(sides, op.operands, strict=True)):
        return
    with ir.InsertionPoint(op), op.location:
        left, right = (materialize(form, forms.ranges.nonneg) for form in sides)
        op.results[0].replace_all_uses_with(arith.cmpi(predicate, left, right))


def _decide(forms: IndexForms, op: ir.Operation) -> bool:
    if any(use.owner.operation.name == "xpiler.assume" for use in op.results[0].uses):
        return  # a fact is not decided by itself
    if _never_equal(forms, op):
        return True
    for holds in (True, False):
        needed = comparison_facts(forms, op, holds)
        if not needed:
            continue
        facts = facts_at(forms, op)
        if all(forms.ranges.nonneg(poly, facts) for poly in needed):
            with ir.InsertionPoint(op), op.location:
                op.results[0].replace_all_uses_with(arith.constant(ir.IntegerType.get_signless(1), int(holds)))
            return True
    return False


def _never_equal(forms: IndexForms, op: ir.Operation) -> bool:
    """Decides `==` and `!=` of numbers of which one is always the greater."""
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate not in (EQ, NE) or str(op.operands[0].type) == "i1":
        return False
    gap, facts = forms.of(op.operands[0]) - forms.of(op.operands[1]), facts_at(forms, op)
    if not any(forms.ranges.nonneg(side - 1, facts) for side in (gap, -gap)):
        return False
    with ir.InsertionPoint(op), op.location:
        op.results[0].replace_all_uses_with(arith.constant(ir.IntegerType.get_signless(1), int(predicate == NE)))
    return True


def _shorten(forms: IndexForms, op: ir.Operation) -> None:
    ends_here = any(use.owner.operation.name not in _COSTS for use in op.results[0].uses)
    # inside of another number, how often a loop runs keeps its form: by that ranges that follow each other are told
    extreme = op.name in _EXTREMES and (ends_here or not _is_clipped(forms, op))
    if extreme and _drop_loser(forms, op):
        return
    if not ends_here:
        return
    tree = expression(forms.of(op.results[0]), forms.ranges.nonneg)
    if cost(tree) < _tree_cost(op.results[0]):
        with ir.InsertionPoint(op), op.location:
            shorter = build(tree)
            if shorter != op.results[0]:  # a value without a form is its own atom
                op.results[0].replace_all_uses_with(shorter)


def _is_clipped(forms: IndexForms, op: ir.Operation) -> bool:
    """Whether this is `max(n, 0)`."""
    return op.name == "arith.maxsi" and any(forms.of(operand).as_int() == 0 for operand in op.operands)


def _drop_loser(forms: IndexForms, op: ir.Operation) -> bool:
    """Replaces a minimum or maximum by the operand that facts around it show to win."""
    a, b = (forms.of(operand) for operand in op.operands)
    facts = facts_at(forms, op)
    for winner, gap in ((op.operands[0], b - a), (op.operands[1], a - b)):
        if forms.ranges.nonneg(gap if op.name == "arith.minsi" else -gap, facts):
            op.results[0].replace_all_uses_with(winner)
            return True
    return False


def _tree_cost(value: ir.Value) -> int:
    op = defining(value)
    if op is None or op.name not in _COSTS or not isinstance(value.type, ir.IndexType):
        return 0
    return _COSTS[op.name] + sum(_tree_cost(operand) for operand in op.operands)
