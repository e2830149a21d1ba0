"""loop-roll: loops that do the same for neighbouring parts of an array, one after the other, become a loop over the parts.

    for j { t[j] = x[j] }; for j { t[n + j] = x[s + j] }   is   for r < 2 { for j { t[n*r + j] = x[s*r + j] } }

A tile that several copies fill, one a row or a plane, is then written by one store, and array-forward finds who wrote an
element. Of an array that is no private one, two or three parts stay as they were written. The loops must be the same operation
by operation, with indices that grow by one amount from each to the next; they run in the order in which they stood.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import effects_of, is_private, walk
from xpiler.analysis.equivalence import BodyComparison
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import (
    blocks,
    body,
    clone,
    defined_inside,
    functions,
    is_pure_between,
    is_unit_loop,
    new_for,
    operations,
    terminator,
    variable,
)

LOAD, STORE = "memref.load", "memref.store"
ROWS = 4  # parts of an array that the kernel is given


class LoopRollPass(Pass):
    """Loops that fill the parts of an array in turn become a loop over the parts."""

    name = "loop-roll"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while any(_roll_in(block) for block in blocks(function)):  # the blocks of loops that went are gone
                pass


def _roll_in(block: ir.Block) -> bool:
    """Rolls the runs of a block; whether any was."""
    return any([_roll(run) for run in _runs(block)])


def _runs(block: ir.Block) -> list[list[ir.Operation]]:
    """Loops that fill one array in a row, nothing but arithmetic between them."""
    runs: list[list[ir.Operation]] = [[]]
    for op in operations(block):
        buffer = _filled(op)
        if buffer is not None:
            if runs[-1] and _filled(runs[-1][-1]) != buffer:
                runs.append([])
            runs[-1].append(op)
        elif not is_pure_between(op):
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _filled(op: ir.Operation) -> ir.Value | None:
    """The array that is all a loop writes, which it does not read."""
    if not is_unit_loop(op) or len(op.results):
        return None
    effects = effects_of(op)
    buffers = list(effects.writes())
    if effects.unknown is not None or len(buffers) != 1:
        return None
    return None if any(a.reads and a.buffer == buffers[0] for a in effects.accesses) else buffers[0]


def _roll(run: list[ir.Operation]) -> bool:
    """Rolls the longest beginnings of a run whose loops grow alike; whether there was one."""
    rolled = False
    while len(run) > 1:
        forms = forms_of(run[0])
        growth = _growth(forms, run[0], run[1])
        alike = next((k for k in range(2, len(run)) if not growth or _growth(forms, run[0], run[k]) != times(growth, k)), len(run))
        if growth and alike >= (2 if is_private(_filled(run[0])) else ROWS):
            _rewrite(forms, run[:alike], growth)
            rolled = True
        run = run[alike:] if growth else run[1:]
    return rolled


Growth = dict[tuple[ir.Operation, int], Poly]  # (access of the first loop, operand) -> how much larger that subscript is in the next


def times(growth: Growth, count: int) -> Growth:
    """The growth over `count` steps."""
    return {place: step * count for place, step in growth.items()}


def _growth(forms: IndexForms, first: ir.Operation, second: ir.Operation) -> Growth | None:
    """How the subscripts grow from one loop to the next; None where the loops differ in more, or in nothing."""
    comparison = GrowingComparison(forms, first, second)
    if first.name != second.name or not comparison.same_iterations(first, second):
        return None
    return comparison.growth if any(step.terms for (access, _), step in comparison.growth.items() if access.name == STORE) else None


class GrowingComparison(BodyComparison):
    """Compares two loops, subscripts aside: those may grow by what both loops can compute."""

    def __init__(self, forms: IndexForms, *loops: ir.Operation):
        super().__init__(forms, {})
        self.loops = loops
        self.growth: Growth = {}

    def same_iterations(self, first: ir.Operation, second: ir.Operation) -> bool:
        """Whether the loops run equally often and their bodies do the same but for the growth."""
        self.pair(variable(first), variable(second))
        return extent_form(self.forms, first) == extent_form(self.forms, second) and self.same_blocks(body(first), body(second))

    def _same(self, a: ir.Operation, b: ir.Operation) -> bool:
        if a.name not in (LOAD, STORE):
            return super()._same(a, b)
        if a.name != b.name or not all(self._alike(a, b, k) for k in range(len(a.operands))):
            return False
        for result, other in zip(a.results, b.results, strict=True):
            self.pair(result, other)
        return True

    def _alike(self, a: ir.Operation, b: ir.Operation, position: int) -> bool:
        """Whether an operand of two accesses is the same, or a subscript that grows by what is known in front of both loops."""
        first, second = a.operands[position], b.operands[position]
        if not isinstance(first.type, ir.IndexType) or not isinstance(second.type, ir.IndexType):
            return self.same_values(first, second)
        step = self.forms.substitute(self.forms.of(second), self.moved) - self.forms.of(first)
        self.growth[a, position] = step
        values = [atom.value for atom in step.atoms() if atom.kind == "value"]
        return not any(defined_inside(value, loop) for value in values for loop in self.loops)


def _rewrite(forms: IndexForms, run: list[ir.Operation], growth: Growth) -> None:
    """Puts the first loop into a loop over the parts, where the last of them stands."""
    last = run[-1]
    loop = new_for(len(run), [], last.location, ir.InsertionPoint(last))
    copy_of_part(forms, run[0], growth, loop)
    for op in run:
        op.erase()


def copy_of_part(forms: IndexForms, first: ir.Operation, growth: Growth, parts: ir.Operation) -> ir.Operation:
    """The first loop copied to the end of the body of the loop over the parts, for the part that its variable says."""
    block = body(parts)
    ends = list(block.operations) and block.operations[len(block.operations) - 1].operation.name == "scf.yield"
    copy = clone(first, {}, ir.InsertionPoint(terminator(block)) if ends else ir.InsertionPoint(block))
    part = forms.table.value(variable(parts))
    copies = dict(zip(walk(first), walk(copy), strict=True))
    for (access, position), step in growth.items():
        if step.terms:
            grow(forms, copies[access], position, step * part)
    return copy


def grow(forms: IndexForms, access: ir.Operation, position: int, by: Poly) -> None:
    """Adds to a subscript."""
    with ir.InsertionPoint(access), access.location:
        access.operands[position] = materialize(forms.of(access.operands[position]) + by, forms.ranges.nonneg)
