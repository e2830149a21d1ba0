"""Fission: the body of a group (block or warp) split into phases at the points where its threads meet.

Between two such points every thread runs on its own: a phase is one parallel loop over the group's threads. Values
that are the same for the whole group are computed once, at the group's level; what a thread carries over a meeting
point lives in an array with one element a thread, or is computed again where that is cheap. Control flow that holds a
meeting point moves outside the parallel loops (`GroupControl`).
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.simt.fragments import FragmentShape, Tile, copy_tile
from xpiler.raising.simt.group_values import GroupValues, is_recipe
from xpiler.raising.simt.leaf_code import LeafCode, guarded
from xpiler.raising.simt.platform_ops import WARP_COLLECTIVES, holds, is_collective, is_fragment, simt_name
from xpiler.raising.simt.uniformity import Uniformity
from xpiler.raising.simt.value_places import LaneIndex, Phase, Private, Recipe, Slot, StoreTo, Uniform
from xpiler.raising.structure import ancestor_in, captures, operations, users

Predicates = list[tuple[ir.Value, bool]]


class Fission:
    """Splits a sequence of operations for one group; the code goes to `emit`, at the group's level."""

    def __init__(self, group, emit: EmissionPoint, places: dict, uniform: Uniformity, predicates: Predicates = ()):
        self.group = group
        self.emit = emit
        self.places = places
        self.uniform = uniform
        self.predicates = list(predicates)
        self.phase = Phase()
        self.values = GroupValues(group, places, uniform)
        self.exports: dict[ir.Value, Slot] = {}
        self.scope: set[ir.Operation] | None = None
        self.scope_uses: set[tuple[ir.Operation, ir.Value]] = set()
        self.in_loop = False
        self.visited: set[ir.Operation] = set()
        self.carried: dict[ir.Value, tuple[ir.Value, Slot, ir.Operation]] = {}

    def inside(self, emit: EmissionPoint, predicates: Predicates = (), *, loop: bool = False) -> Fission:
        """The same group in a nested region."""
        nested = Fission(self.group, emit, self.places, self.uniform, [*self.predicates, *predicates])
        nested.exports, nested.scope, nested.scope_uses = self.exports, self.scope, self.scope_uses
        nested.in_loop = self.in_loop or loop
        return nested

    def run(self, ops: list[ir.Operation]) -> None:
        """Take `ops` in order; the last phase stays open until `flush`."""
        for op in ops:
            self.visit(op)
            self.visited.add(op)
            exported = [result for result in op.results if result in self.exports]
            if exported:
                self.store([(self.exports[value], value) for value in exported], op)

    def visit(self, op: ir.Operation) -> None:
        """Put one operation where it belongs."""
        if len(op.results) > 0 and all(result in self.places for result in op.results):
            return
        if simt_name(op) == "fragment_size" or op.name == "vector.from_elements":
            return  # a matter of the operations that use it
        if op.name == "ub.poison" and is_fragment(op.results[0].type):
            self.places[op.results[0]] = self.new_slot(op.results[0].type)
            return
        if is_collective(op, self.group.collectives):
            self.meet(op)
        elif holds(op, self.group.collectives):
            from xpiler.raising.simt.group_control import GroupControl

            GroupControl(self).visit(op)
        elif op.name == "memref.alloca":
            self.places[op.results[0]] = Private(op, self.emit.at.block)
        elif self.values.is_uniform(op):
            self.values.emit(op, self.emit, speculative=bool(self.predicates))
        elif self.values.is_lane(op):
            self.places[op.results[0]] = LaneIndex()
        elif is_recipe(op, self.places):
            self.places[op.results[0]] = Recipe(op)
        else:
            self.phase.items.append(op)

    def meet(self, op: ir.Operation) -> None:
        """A point where the group's threads meet."""
        from xpiler.raising.simt.meeting_points import meet

        meet(self, op)

    def store(self, pairs: list[tuple[Slot, ir.Value]], user: ir.Operation) -> None:
        """Values into slots at the end of the open phase; `user` is the operation that this stands for."""
        tiles = [(slot, value) for slot, value in pairs if is_fragment(value.type)] if self.group.word == "warp" else []
        if tiles:
            self.flush()
            for slot, value in tiles:
                copy_tile(self.emit, self.tile(value), self.slot_tile(slot, value.type))
        pairs = [pair for pair in pairs if pair not in tiles]
        if pairs:
            self.phase.items.append(StoreTo(tuple(slot for slot, _ in pairs), tuple(value for _, value in pairs), user))

    def new_slot(self, type_: ir.Type, *, mutable: bool = False) -> Slot:
        """An array with one element for each of the group's threads, or one tile for each of its warps."""
        if is_fragment(type_):
            shape = FragmentShape.of(type_)
            warps = [self.group.warps(self.emit)] if self.group.word == "block" else []
            array = self.emit.alloca([*warps, shape.rows, shape.columns], shape.element_type(type_.context))
            return Slot(array, self.group, mutable)
        return Slot(self.emit.alloca(self.group.shape, type_), self.group, mutable)

    def tile(self, value: ir.Value) -> Tile:
        """The matrix that a fragment stands for, or the tiles of an array of fragments."""
        place = self.places[value]
        if isinstance(place, Private):
            place = self.places[value] = self.values.expand(place)
        return self.slot_tile(place, value.type)

    def slot_tile(self, slot: Slot, type_: ir.Type) -> Tile:
        """The tile of this warp in a slot."""
        prefix = (self.group.warp,) if slot.group is not self.group else ()
        element = type_.element_type if isinstance(type_, ir.MemRefType) else type_
        return Tile(slot.array, prefix, FragmentShape.of(element))

    def carried_slot(self, value: ir.Value, op: ir.Operation) -> Slot | None:
        """The loop's slot for `value`, the result of `op`, where this turn's value is not read after `op`."""
        argument, slot, _ = self.carried.get(value, (None, None, None))
        if argument is None or not all(ancestor_in(user, op.block) in {*self.visited, op} for user in users(argument)):
            return None
        return slot

    def stable(self, value: ir.Value, user: ir.Operation) -> None:
        """See to it that `value` can be read in later phases: what a loop still changes is copied."""
        place = self.places.get(value)
        if isinstance(place, Slot) and place.mutable:
            copy = self.new_slot(value.type)
            self.store([(copy, value)], user)
            self.flush()
            self.places[value] = copy

    def flush(self) -> None:
        """Close the open phase."""
        phase, self.phase = self.phase, Phase()
        if not phase.items:
            return
        self._place_arrays(phase)
        kept = self._store_carried(phase)
        kept.update((value, self.new_slot(value.type)) for value in self._needed_later(phase) if value not in kept)
        if self.group.word == "block" and phase_needs_warps(phase):
            from xpiler.raising.simt.warps import run_warps

            run_warps(self, phase, kept)
        else:
            self._run_threads(phase, kept)
        self.places.update(kept)

    def _run_threads(self, phase: Phase, kept: dict[ir.Value, Slot]) -> None:
        """The phase as one parallel loop over the group's threads."""
        leaf = self.group.open(self.emit)
        code = LeafCode(leaf, self.places)
        guarded(leaf, code, self.predicates)
        for array in self._local_arrays(phase):
            code.copy(array)
        for item in phase.items:
            if isinstance(item, StoreTo):
                code.store(item)
                continue
            code.copy(item)
            for result in item.results:
                if result in kept and not kept[result].mutable:
                    code.keep(result, kept[result])

    def _needed_later(self, phase: Phase) -> list[ir.Value]:
        """The results of the phase that operations outside of it use."""
        inside, served = set(phase.operations), phase.stored_uses()
        return [
            result
            for op in phase.operations
            for result in op.results
            if any(self._is_outside(user, result, op.block, inside, served) for user in users(result))
        ]

    def _store_carried(self, phase: Phase) -> dict[ir.Value, Slot]:
        """Values for the loop's next turn go to their slots at once, where the value of this turn is not read any more."""
        block = phase.operations[0].block if phase.operations else None
        stored = {}
        for value in self._needed_later(phase):
            argument, slot, end = self.carried.get(value, (None, None, None))
            if argument is not None and all(ancestor_in(user, block) in self.visited for user in users(argument)):
                stored[value] = slot
                phase.items.append(StoreTo((slot,), (value,), end))
        return stored

    def _is_outside(self, user, value, block, inside, served) -> bool:
        holder = ancestor_in(user, block)
        if holder in inside or (user, value) in served:
            return False
        if (user, value) in self.scope_uses:
            return True
        return self.scope is None or block not in self.scope_blocks or holder in self.scope

    @property
    def scope_blocks(self) -> set[ir.Block]:
        return {op.block for op in self.scope or ()}

    def _place_arrays(self, phase: Phase) -> None:
        """Thread-private arrays that outlive the phase become arrays over the group's threads."""
        for value, place in self._private_arrays(phase):
            if not self._is_local(value, phase):
                self.places[value] = self.values.expand(place)

    def _local_arrays(self, phase: Phase) -> list[ir.Operation]:
        return [place.op for _, place in self._private_arrays(phase)]

    def _private_arrays(self, phase: Phase) -> list[tuple[ir.Value, Private]]:
        used = {value: None for op in phase.operations for value in captures(op)}
        return [(value, place) for value in used if isinstance(place := self.places.get(value), Private)]

    def _is_local(self, array: ir.Value, phase: Phase) -> bool:
        """Is the array used in this phase alone, and never from one turn of a loop to the next?"""
        if self.in_loop:
            return False
        block = phase.operations[0].block
        return all(ancestor_in(user, block) in phase.operations for user in users(array))


def phase_needs_warps(phase: Phase) -> bool:
    """Does the phase hold lane collectives, or move matrix fragments?"""
    moved = any(is_fragment(value.type) for item in phase.items if isinstance(item, StoreTo) for value in item.values)
    return moved or any(holds(op, WARP_COLLECTIVES) for op in phase.operations)


def body_of(block: ir.Block) -> list[ir.Operation]:
    """The operations of a block without its terminator."""
    return operations(block)[:-1]


def terminator_of(block: ir.Block) -> ir.Operation:
    """The last operation of a block."""
    return operations(block)[-1]


__all__ = ["Fission", "Uniform", "body_of", "terminator_of"]
