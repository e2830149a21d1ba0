"""The stages of a software pipeline: a loop whose body is guarded parts, each running for the same number of iterations.

`for i < n + 2 { if (i >= 2) store(i - 2); if (1 <= i <= n) compute(i - 1); if (i < n) load(i) }` has three stages, at the
offsets 2, 1 and 0, that each run `n` times: iteration `i` works on piece `i - offset` of every stage.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.analysis.effects import defining, is_pure
from xpiler.analysis.facts import comparison_facts, facts_at, is_false
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Atom, Poly
from xpiler.analysis.ranges import Facts


@dataclass(frozen=True)
class Stage:
    """A branch of the loop's body that is taken exactly for the iterations from `offset` to `offset + count`."""

    branch: ir.Operation
    position: int
    offset: int
    count: Poly


def stages_of(forms: IndexForms, loop: ir.Operation, extent: Poly) -> list[Stage]:
    """The stages of a loop from 0 by 1 to `extent`, in program order; none where something is not in a stage."""
    block = loop.regions[0].blocks[0]
    variable = forms.atom(block.arguments[0])
    facts = facts_at(forms, loop)
    stages: list[Stage] = []
    for position, op in enumerate([o.operation for o in block.operations][:-1]):
        if _is_arithmetic(op):
            continue
        taken = _taken(forms, op, variable, extent, facts) if _is_plain_branch(op) else None
        if taken is None:
            return []
        stages.append(Stage(op, position, *taken))
    return stages


def _is_arithmetic(op: ir.Operation) -> bool:
    return not len(op.regions) and is_pure(op) and not op.name.startswith("memref.")


def _is_plain_branch(op: ir.Operation) -> bool:
    if op.name != "scf.if" or len(op.results):
        return False
    return not len(op.regions[1].blocks) or len(list(op.regions[1].blocks[0].operations)) == 1


def _taken(forms: IndexForms, branch: ir.Operation, variable: Atom, extent: Poly, facts: Facts) -> tuple[int, Poly] | None:
    """The first iteration that takes a branch and how many do, those being all between."""
    sides = _sides(forms, branch.operands[0], variable)
    if sides is None:
        return None
    lows = [low.as_int() for low in sides[0]]
    highs = list(dict.fromkeys([*sides[1], extent]))
    end = next((high for high in highs if all(forms.ranges.nonneg(other - high, facts) for other in highs)), None)
    if None in lows or end is None:
        return None
    first = max(0, *lows, 0)
    return first, end - first


def _sides(forms: IndexForms, condition: ir.Value, variable: Atom) -> tuple[list[Poly], list[Poly]] | None:
    """The lower bounds (inclusive) and upper bounds (exclusive) that `condition` says and all that it says; else None."""
    op = defining(condition)
    if op is None:
        return None
    if op.name == "arith.andi" or (op.name == "arith.select" and is_false(op.operands[2])):
        parts = [_sides(forms, operand, variable) for operand in list(op.operands)[:2]]
        return None if None in parts else (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
    facts = comparison_facts(forms, op) if op.name == "arith.cmpi" else []
    lows: list[Poly] = []
    highs: list[Poly] = []
    for fact in facts:
        split = fact.split(variable)
        factor = split[0].as_int() if split else None
        if factor not in (1, -1):
            return None
        lows += [-split[1]] if factor == 1 else []
        highs += [split[1] + 1] if factor == -1 else []
    return (lows, highs) if facts else None
