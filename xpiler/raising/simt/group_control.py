"""Control flow that holds a meeting point of the group: it moves outside the parallel loops over the threads.

A condition or bound must be the same for the whole group; what the threads carry around a loop is a scalar where it is
uniform, else an array with one element a thread. A condition that differs between threads becomes a predicate of every
phase under it; a barrier there is legal only where the other threads have returned.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import invalid, unsupported
from xpiler.raising.simt.fission import Fission, body_of, terminator_of
from xpiler.raising.simt.fragment_elements import element_loop, run_element_loop
from xpiler.raising.simt.platform_ops import simt_name
from xpiler.raising.simt.value_places import Slot, Uniform
from xpiler.raising.structure import walk

RETURNED = "xpiler.after_exit"
BARRIERS = ("barrier", "barrier_reduce")
WAITING = "the threads of a block (the tasks of a union)"


class GroupControl:
    """Emits one `scf` operation at the level of the group."""

    def __init__(self, fission: Fission):
        self.fission = fission
        self.emit = fission.emit
        self.places = fission.places
        self.uniform = fission.uniform.values

    def visit(self, op: ir.Operation) -> None:
        elements = element_loop(op)
        if elements is not None:
            run_element_loop(self.fission, op, elements)
            return
        handler = {"scf.if": self._if, "scf.for": self._for, "scf.while": self._while}.get(op.name)
        if handler is None:
            raise unsupported(op, f"a {self.fission.group.word} collective inside '{op.name}'")
        handler(op)

    def _value(self, source: ir.Value) -> ir.Value:
        return self.fission.values.value(source, self.emit)

    def _slots_for(self, values: list[ir.Value], *, mutable: bool) -> dict[ir.Value, Slot]:
        return {value: self.fission.new_slot(value.type, mutable=mutable) for value in values if value not in self.uniform}

    def _frozen(self, results: list[ir.Value], slots: list[Slot | None], scalars: list[ir.Value]) -> None:
        """The places of an operation's results, once its loop has ended."""
        remaining = iter(scalars)
        for result, slot in zip(results, slots, strict=True):
            self.places[result] = Slot(slot.array, slot.group) if slot else Uniform(next(remaining))

    # if

    def _if(self, op: ir.Operation) -> None:
        if op.operands[0] in self.uniform:
            self._uniform_if(op)
        else:
            self._predicated_if(op)

    def _uniform_if(self, op: ir.Operation) -> None:
        slots = [self.fission.new_slot(result.type) if result not in self.uniform else None for result in op.results]
        self.fission.flush()
        types = [result.type for result, slot in zip(op.results, slots, strict=True) if slot is None]
        choice = self.emit.op("scf.if", types, [self._value(op.operands[0])], regions=2)
        for region, source in zip(choice.regions, op.regions, strict=True):
            if not source.blocks and not types:
                continue
            block = region.blocks.append()
            inside = self.fission.inside(EmissionPoint(ir.InsertionPoint(block), op.location))
            self._run_and_yield(inside, source.blocks[0], slots)
        self._frozen(list(op.results), slots, list(choice.results))

    def _run_and_yield(self, inside: Fission, source: ir.Block, slots: list[Slot | None]) -> None:
        """The body of a region; what it yields goes to slots or out of the region."""
        inside.run(body_of(source))
        end = terminator_of(source)
        inside.store([(slot, value) for slot, value in zip(slots, end.operands, strict=True) if slot], end)
        inside.flush()
        inside.emit.finish([inside.values.value(value, inside.emit) for value, slot in zip(end.operands, slots, strict=True) if not slot])

    def _predicated_if(self, op: ir.Operation) -> None:
        fission = self.fission
        if fission.group.word == "block" and RETURNED not in op.attributes:
            barrier = next((inner for inner in walk(op) if simt_name(inner) in BARRIERS), op)
            raise invalid(barrier, f"a barrier under a condition that differs between {WAITING}", "move the barrier out of the if")
        fission.stable(op.operands[0], op)
        slots = [fission.new_slot(result.type) for result in op.results]
        fission.flush()
        for wanted, region in zip((True, False), op.regions, strict=True):
            for source in region.blocks:
                inside = fission.inside(self.emit, [(op.operands[0], wanted)])
                inside.run(body_of(source))
                end = terminator_of(source)
                inside.store(list(zip(slots, end.operands, strict=True)), end)
                inside.flush()
        self.places.update(zip(op.results, slots, strict=True))

    # for

    def _for(self, op: ir.Operation) -> None:
        bounds, initial = list(op.operands)[:3], list(op.operands)[3:]
        if not all(bound in self.uniform for bound in bounds):
            raise self._divergent_loop(op)
        source = op.regions[0].blocks[0]
        variable, *carried = list(source.arguments)
        slots = self._slots_for(carried, mutable=True)
        self.fission.store([(slots[value], start) for value, start in zip(carried, initial, strict=True) if value in slots], op)
        self.fission.flush()
        starts = [self._value(start) for value, start in zip(carried, initial, strict=True) if value not in slots]
        operands = [*(self._value(bound) for bound in bounds), *starts]
        loop = self.emit.op("scf.for", [start.type for start in starts], operands, regions=1)
        types = [variable.type, *(start.type for start in starts)]
        block = loop.regions[0].blocks.append(*types, arg_locs=[op.location] * len(types))
        scalars = iter(list(block.arguments)[1:])
        self.places[variable] = Uniform(block.arguments[0])
        self.places.update((value, slots[value] if value in slots else Uniform(next(scalars))) for value in carried)
        inside = self.fission.inside(EmissionPoint(ir.InsertionPoint(block), op.location), loop=True)
        self._loop_body(inside, source, carried, slots)
        self._frozen(list(op.results), [slots.get(value) for value in carried], list(loop.results))

    def _loop_body(self, inside: Fission, source: ir.Block, carried: list[ir.Value], slots: dict[ir.Value, Slot]) -> None:
        end = terminator_of(source)
        inside.carried = {new: (value, slots[value], end) for value, new in zip(carried, end.operands, strict=True) if value in slots}
        inside.run(body_of(source))
        changed = [
            (slots[value], new)
            for value, new in zip(carried, end.operands, strict=True)
            if value in slots and new != value and self.places.get(new) is not slots[value]
        ]
        inside.store(changed, end)
        inside.flush()
        inside.emit.finish(
            [inside.values.value(new, inside.emit) for value, new in zip(carried, end.operands, strict=True) if value not in slots]
        )

    # while

    def _while(self, op: ir.Operation) -> None:
        test, body = (region.blocks[0] for region in op.regions)
        condition, *passed = terminator_of(test).operands
        if condition not in self.uniform:
            raise self._divergent_loop(op)
        carried = list(test.arguments)
        slots = self._slots_for(carried, mutable=True)
        starts = list(zip(carried, op.operands, strict=True))
        self.fission.store([(slots[value], start) for value, start in starts if value in slots], op)
        self.fission.flush()
        initial = [self._value(start) for value, start in starts if value not in slots]
        kept = self._passed_slots(passed, slots, list(body.arguments))
        scalars = [value for value, slot in zip(passed, kept, strict=True) if slot is None]
        loop = self.emit.op("scf.while", [value.type for value in scalars], initial, regions=2)
        self._while_test(loop, test, carried, slots, passed, kept)
        self._while_body(loop, body, carried, slots, kept)
        self._frozen(list(op.results), kept, list(loop.results))

    def _passed_slots(self, passed: list[ir.Value], slots: dict[ir.Value, Slot], received: list[ir.Value]) -> list[Slot | None]:
        """Where the test leaves what the body receives: a carried value stays in its slot."""
        return [
            None
            if value in self.uniform and argument in self.uniform
            else slots.get(value) or self.fission.new_slot(value.type, mutable=True)
            for value, argument in zip(passed, received, strict=True)
        ]

    def _while_test(self, loop, test, carried, slots, passed, kept) -> None:
        types = [value.type for value in carried if value not in slots]
        block = loop.regions[0].blocks.append(*types, arg_locs=[loop.location] * len(types))
        scalars = iter(block.arguments)
        self.places.update((value, slots[value] if value in slots else Uniform(next(scalars))) for value in carried)
        inside = self.fission.inside(EmissionPoint(ir.InsertionPoint(block), loop.location), loop=True)
        inside.run(body_of(test))
        end = terminator_of(test)
        inside.store([(slot, value) for slot, value in zip(kept, passed, strict=True) if slot and slot is not slots.get(value)], end)
        inside.flush()
        values = [end.operands[0], *(value for value, slot in zip(passed, kept, strict=True) if slot is None)]
        inside.emit.op("scf.condition", [], [inside.values.value(value, inside.emit) for value in values])

    def _while_body(self, loop, body, carried, slots, kept) -> None:
        types = [value.type for value, slot in zip(body.arguments, kept, strict=True) if slot is None]
        block = loop.regions[1].blocks.append(*types, arg_locs=[loop.location] * len(types))
        scalars = iter(block.arguments)
        self.places.update((value, slot or Uniform(next(scalars))) for value, slot in zip(body.arguments, kept, strict=True))
        inside = self.fission.inside(EmissionPoint(ir.InsertionPoint(block), loop.location), loop=True)
        inside.run(body_of(body))
        end = terminator_of(body)
        inside.store([(slots[value], new) for value, new in zip(carried, end.operands, strict=True) if value in slots], end)
        inside.flush()
        rest = [new for value, new in zip(carried, end.operands, strict=True) if value not in slots]
        inside.emit.finish([inside.values.value(new, inside.emit) for new in rest])

    def _divergent_loop(self, op: ir.Operation) -> Exception:
        if self.fission.group.word == "block":
            message = f"a barrier in a loop whose trip count differs between {WAITING}"
            return invalid(op, message, "give the loop one number of turns for all of them, and guard what it does")
        return unsupported(op, "a lane collective in a loop whose trip count differs between the lanes of a warp")
