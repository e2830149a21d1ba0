"""term-roll: neighbouring terms that one iteration of a reduction adds up become a loop over them.

    for k iter(s) { s + (x[2*k] * y[2*k] + x[2*k + 1] * y[2*k + 1]) }   is   for k iter(s) { s + sum p < 2 { x[2*k + p] * y[2*k + p] } }

What vectors of four and unrolled loops are in C. The terms must be the same but for subscripts that grow by one number from each to the
next, and the iterations must continue where the terms end: then reduction-flatten and loop-coalesce make one loop of both.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining, walk
from xpiler.analysis.equivalence import attributes_of
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.reductions import folds_of, identity, is_reduction
from xpiler.passes import Pass
from xpiler.transforms.loop_roll import LOAD, grow
from xpiler.transforms.reduction_roll import fold_again, leaves_of
from xpiler.transforms.rewriting import (
    Mapping,
    body,
    clone,
    forget_no_wrap,
    functions,
    is_unit_for,
    name_accumulators,
    new_for,
    operations,
    terminator,
    variable,
)

MOST_TERMS = 32
Steps = dict[tuple[ir.Operation, int], int]  # (load of the first term, operand) -> how much larger that subscript is in another


class TermRollPass(Pass):
    """Neighbouring terms of a reduction's step become a loop."""

    name = "term-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            for loop in [op for op in walk(function) if is_unit_for(op) and len(op.results) and is_reduction(op)]:
                for fold in folds_of(loop):
                    _roll(loop, fold.index)


def _roll(loop: ir.Operation, position: int) -> None:
    root, accumulator = defining(terminator(body(loop)).operands[position]), body(loop).arguments[position + 1]
    leaves = leaves_of(root)
    terms = [leaf for leaf in leaves if leaf != accumulator]
    if not 1 < len(terms) <= MOST_TERMS or len(terms) != len(leaves) - 1:
        return
    forms = forms_of(loop)
    found = _first_of_row(forms, loop, terms)
    if found is not None:
        joined = _over_terms(forms, loop, root, *found, len(terms))
        fold_again(root, [accumulator, joined])


def _first_of_row(forms: IndexForms, loop: ir.Operation, terms: list[ir.Value]) -> tuple[ir.Value, Steps] | None:
    """The term that the others follow, whatever the order in which they stand, and the steps from each to the next."""
    for first in terms:
        grown = [_steps(forms, first, other) for other in terms if other != first]
        if any(steps is None or not any(steps.values()) for steps in grown):
            return None
        for by in grown:
            wanted = [{place: step * k for place, step in by.items()} for k in range(1, len(terms))]
            if all(each in grown for each in wanted) and _goes_on(forms, loop, by, len(terms)):
                return first, by
    return None


def _steps(forms: IndexForms, first: ir.Value, other: ir.Value) -> Steps | None:
    comparison = _Terms(forms, first.owner.operation.block if defining(first) is not None else None)
    return comparison.steps if comparison.alike(first, other) else None


@dataclass
class _Terms:
    """Compares two terms of one block, subscripts of loads aside: those may differ by a number."""

    forms: IndexForms
    block: ir.Block | None
    steps: Steps = field(default_factory=dict)

    def alike(self, one: ir.Value, other: ir.Value) -> bool:
        a, b = defining(one), defining(other)
        if a is None or b is None or self.block not in (a.block, b.block):
            return one == other
        if a.name != b.name or len(a.regions) or attributes_of(a) != attributes_of(b) or len(a.operands) != len(b.operands):
            return False
        if list(a.results).index(one) != list(b.results).index(other):
            return False
        if a.name == LOAD:
            return a.operands[0] == b.operands[0] and all(self._steps_by_a_number(a, b, k) for k in range(1, len(a.operands)))
        return all(self.alike(x, y) for x, y in zip(a.operands, b.operands, strict=True))

    def _steps_by_a_number(self, a: ir.Operation, b: ir.Operation, position: int) -> bool:
        step = (self.forms.of(b.operands[position]) - self.forms.of(a.operands[position])).as_int()
        return step is not None and self.steps.setdefault((a, position), step) == step


def _goes_on(forms: IndexForms, loop: ir.Operation, steps: Steps, count: int) -> bool:
    """Whether the next iteration reads on where the last term of this one ends, in every array that is read along."""
    atom = next(iter(forms.of(variable(loop)).own_atoms()), None)
    for (load, position), step in steps.items():
        split = forms.of(load.operands[position]).split(atom) if atom is not None else None
        if (split[0].as_int() if split is not None else 0) != step * count:
            return False
    return True


def _over_terms(forms: IndexForms, loop: ir.Operation, root: ir.Operation, first: ir.Value, steps: Steps, count: int) -> ir.Value:
    """The sum over the terms, in front of the root."""
    ip = ir.InsertionPoint(root)
    with ip, root.location:
        start = identity(root.name, root.results[0].type)
    parts = new_for(count, [start], loop.location, ip)
    name_accumulators(parts, [root.location])
    mapping: Mapping = {}
    part = forms.table.value(variable(parts))
    for op in _needed(root.block, first):
        copy = clone(op, mapping, ir.InsertionPoint(body(parts)))
        for position in range(1, len(op.operands)):
            if steps.get((op, position)):
                grow(forms, copy, position, part * steps[op, position])
    with ir.InsertionPoint(body(parts)), root.location:
        total = ir.Operation.create(root.name, [first.type], [body(parts).arguments[1], mapping.get(first, first)]).results[0]
        ir.Operation.create("scf.yield", operands=[total])
    forget_no_wrap(parts)
    return parts.results[0]


def _needed(block: ir.Block, value: ir.Value) -> list[ir.Operation]:
    """The operations of a block that a value is computed from, in order."""
    wanted = {value}
    needed: list[ir.Operation] = []
    for op in reversed(operations(block)):
        if any(result in wanted for result in op.results):
            needed.insert(0, op)
            wanted |= set(op.operands)
    return needed
