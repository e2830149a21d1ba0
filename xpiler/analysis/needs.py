"""What has to hold for code to have an effect: the loops in it run, the conditions in it hold.

A loop over warps in which only the first has lanes that do anything is a loop of one iteration: every effect in its body
needs `32 - 32*warp >= 1`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.analysis.effects import effects_of, is_pure, walk
from xpiler.analysis.facts import condition_facts
from xpiler.analysis.forms import IndexForms, bounds_of_extreme, loop_control
from xpiler.analysis.polynomial import Poly


def needed_facts(forms: IndexForms, block: ir.Block, own: frozenset[ir.Value] = frozenset()) -> list[Poly]:
    """Polynomials that are not negative whenever an operation of `block` has an effect; none where it has none.

    What is written to an array allocated in `block` (or to one of `own`, which ends with it) is no effect.
    """
    own |= {op.operation.results[0] for op in block.operations if op.operation.name == "memref.alloca"}
    needs = [_needs(forms, op, own) for op in _effects(block, own)]
    if not needs:
        return []
    return [fact for fact in needs[0] if all(_follows(forms, fact, other) for other in needs[1:])]


def _effects(block: ir.Block, own: frozenset[ir.Value]) -> Iterator[ir.Operation]:
    for op in block.operations:
        operation = op.operation
        if not is_pure(operation) and not _is_terminator(operation) and not _is_local(operation, own):
            yield operation


def _is_local(op: ir.Operation, own: frozenset[ir.Value]) -> bool:
    """Whether an operation only writes arrays of `own`, or allocated inside itself."""
    effects = effects_of(op)
    inside = {inner.results[0] for inner in walk(op) if inner.name == "memref.alloca"}
    return effects.unknown is None and effects.writes() <= own | inside


def _is_terminator(op: ir.Operation) -> bool:
    return op.name in ("scf.yield", "scf.condition", "scf.forall.in_parallel", "func.return")


def _needs(forms: IndexForms, op: ir.Operation, own: frozenset[ir.Value]) -> list[Poly]:
    if any(any(True for _ in result.uses) for result in op.results):
        return []
    if op.name in ("scf.for", "scf.forall"):
        return [*_runs(forms, op), *needed_facts(forms, op.regions[0].blocks[0], own)]
    if op.name == "scf.if" and _is_empty(op.regions[1]):
        return [*condition_facts(forms, op.operands[0]), *needed_facts(forms, op.regions[0].blocks[0], own)]
    if op.name == "scf.while" and not list(_effects(op.regions[0].blocks[0], own)):
        return needed_facts(forms, op.regions[1].blocks[0], own)
    return []


def _is_empty(region: ir.Region) -> bool:
    return not len(region.blocks) or all(_is_terminator(op.operation) for op in region.blocks[0].operations)


def _runs(forms: IndexForms, loop: ir.Operation) -> list[Poly]:
    """That a loop runs at least once."""
    opview = loop.opview
    variables = [opview.induction_variable] if loop.name == "scf.for" else opview.induction_variables
    controls = (loop_control(forms, opview, variable) for variable in variables)
    return [high - lower - 1 for lower, upper, _ in controls for high in bounds_of_extreme(upper, "min")]


def _follows(forms: IndexForms, fact: Poly, known: list[Poly]) -> bool:
    return fact in known or forms.ranges.nonneg(fact, tuple(known))
