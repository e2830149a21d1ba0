"""loop-trim: a loop that fills more of a private array than anybody reads stops where reading does.

    for j < 256 { acc[j] = acc[j] + t[j] } ... for j < n { y[j] = acc[j] }   is   for j < min(256, n) { acc[j] = acc[j] + t[j] } ...

Vector builtins work on lengths rounded up, or on whole tiles, behind a copy of fewer elements, and lanes carry what only the first one
stores. What they compute beyond is read by such loops alone, element by element: all of them stop together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from mlir import ir

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import Access, defining, effects_of, is_private, walk
from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.passes import Pass
from xpiler.transforms.index_code import materialize
from xpiler.transforms.nests import extent_form
from xpiler.transforms.rewriting import ancestor_in, functions, is_unit_loop, operations, set_extent, variable


class LoopTrimPass(Pass):
    """Loops that fill private arrays stop where the arrays are no longer read."""

    name = "loop-trim"

    def apply(self, ctx: ir.Context, op: ir.Operation) -> None:
        for function in functions(op):
            while _trim_some(function):
                pass


def _trim_some(function: ir.Operation) -> bool:
    arrays = _Arrays(forms_of(function), function)
    return any(_trim(arrays.forms, arrays.trimmed(limit), limit) for limit in arrays.limits)


def _trim(forms: IndexForms, loops: list[ir.Operation], limit: Poly) -> bool:
    """Gives every loop the limit; False where none changes."""
    for loop in loops:
        extent = extent_form(forms, loop)
        end = limit if forms.ranges.nonneg(extent - limit, facts_at(forms, loop)) else forms.extreme("min", [extent, limit])
        with ir.InsertionPoint(loop), loop.location:
            upper = materialize(end, forms.ranges.nonneg)
        set_extent(loop, upper)
    return bool(loops)


@dataclass(frozen=True)
class _Arrays:
    """The private arrays of a function with one subscript, and the loops that fill them element by element."""

    forms: IndexForms
    function: ir.Operation

    @cached_property
    def loads(self) -> dict[ir.Value, list[Access]]:
        """The loads of each array."""
        found: dict[ir.Value, list[Access]] = {}
        for access in effects_of(self.function).accesses:
            if access.reads and is_private(access.buffer):
                found.setdefault(access.buffer, []).append(access)
        return found

    @cached_property
    def filled(self) -> dict[ir.Operation, list[ir.Value]]:
        """The loops whose iterations write one element of some arrays, the one with their number, and nothing else."""
        loops = [op for op in walk(self.function) if is_unit_loop(op) and not len(op.results)]
        return {loop: arrays for loop in loops if (arrays := self._filled_by(loop))}

    def _filled_by(self, loop: ir.Operation) -> list[ir.Value]:
        effects = effects_of(loop)
        writes = [access for access in effects.accesses if access.writes]
        plain = effects.unknown is None and all(is_private(w.buffer) and not w.atomic and self._is_own(w, loop) for w in writes)
        return list(dict.fromkeys(w.buffer for w in writes)) if plain else []

    def _is_own(self, access: Access, loop: ir.Operation) -> bool:
        """Whether an access takes the element with the loop's number."""
        own = Poly.atom(self.forms.atom(variable(loop)))
        return access.exact and len(access.subscripts) == 1 and self.forms.of(access.subscripts[0]) == own

    @cached_property
    def limits(self) -> list[Poly]:
        """How many elements of an array are read: the first few alone, or as many as a loop runs that reads them in turn."""
        readers = {op for op in walk(self.function) if is_unit_loop(op) and self._reads_in_turn(op)}
        counts = [extent_form(self.forms, op) for op in walk(self.function) if op in readers]
        return list(dict.fromkeys([*map(Poly.constant, sorted(self._lone_reads())), *counts]))

    def _lone_reads(self) -> set[int]:
        """How many elements reads by constants ask for."""
        filled = {array for arrays in self.filled.values() for array in arrays}
        loads = [load for array in filled for load in self.loads.get(array, ()) if load.exact and len(load.subscripts) == 1]
        numbers = (self.forms.of(load.subscripts[0]).as_int() for load in loads)
        return {number + 1 for number in numbers if number is not None}

    def _reads_in_turn(self, loop: ir.Operation) -> bool:
        return any(a.reads and a.buffer in self.loads and self._is_own(a, loop) for a in effects_of(loop).accesses)

    def trimmed(self, limit: Poly) -> list[ir.Operation]:
        """The loops that may stop at `limit`, and now do not: all that is read beyond is read by them."""
        loops = [loop for loop, arrays in self.filled.items() if all(self._lasts(limit, array, loop) for array in arrays)]
        while True:
            kept = [loop for loop in loops if all(self._is_read_below(array, limit, loops) for array in self.filled[loop])]
            if kept == loops:
                break
            loops = kept
        return [loop for loop in loops if not self._stops(loop, limit)]

    def _stops(self, loop: ir.Operation, limit: Poly) -> bool:
        return self.forms.ranges.nonneg(limit - extent_form(self.forms, loop), facts_at(self.forms, loop))

    def _is_read_below(self, array: ir.Value, limit: Poly, loops: list[ir.Operation]) -> bool:
        """Whether the array is read below the limit alone, loops set aside that will stop there."""
        return all(
            any(self._is_own(load, loop) for loop in loops if _is_inside(load.op, loop)) or self._is_below(load, limit)
            for load in self.loads.get(array, ())
        )

    def _is_below(self, load: Access, limit: Poly) -> bool:
        if not load.exact or len(load.subscripts) != 1:
            return False
        return self.forms.ranges.below(self.forms.of(load.subscripts[0]), limit, facts_at(self.forms, load.op))

    def _lasts(self, limit: Poly, array: ir.Value, loop: ir.Operation) -> bool:
        """Whether the limit is known in front of the loop, and is one number as long as what the array holds is looked at."""
        values = [atom.value for atom in limit.atoms() if atom.kind == "value"]
        if not all(_is_before(value, loop) for value in values):
            return False
        if all(_is_around(value, defining(array)) for value in values):
            return True
        first = _first_user(array)
        return all(_is_around(value, first) for value in values) and self._refills(first, array, limit)

    def _refills(self, first: ir.Operation, array: ir.Value, limit: Poly) -> bool:
        """Whether an operation writes all elements of an array below the limit, and reads none."""
        if array not in self.filled.get(first, ()) or any(_is_inside(load.op, first) for load in self.loads.get(array, ())):
            return False
        return self.forms.ranges.nonneg(extent_form(self.forms, first) - limit, facts_at(self.forms, first))


def _first_user(array: ir.Value) -> ir.Operation:
    """What uses an array first in the innermost block that holds all of its uses."""
    users = [use.owner.operation for use in array.uses]
    block = users[0].block
    while any(ancestor_in(block, user) is None for user in users):
        block = block.owner.operation.block
    holders = {ancestor_in(block, user) for user in users}
    return next(op for op in operations(block) if op in holders)


def _is_inside(op: ir.Operation, loop: ir.Operation) -> bool:
    return op != loop and any(inner == op for inner in walk(loop))


def _is_around(value: ir.Value, alloca: ir.Operation) -> bool:
    """Whether a value is computed once for an array, or for several."""
    block = value.owner if isinstance(value.owner, ir.Block) else value.owner.operation.block
    return ancestor_in(block, alloca) is not None


def _is_before(value: ir.Value, op: ir.Operation) -> bool:
    if isinstance(value.owner, ir.Block):
        return ancestor_in(value.owner, op) is not None
    own = value.owner.operation
    ancestor = ancestor_in(own.block, op)
    return ancestor is not None and ancestor != own and own.is_before_in_block(ancestor)
