"""The code of one thread in one phase: source operations copied, their operands found where they are kept."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.simt.collectives import shuffle_source
from xpiler.raising.simt.value_places import Expanded, LaneIndex, Leaf, Recipe, Shuffled, Slot, StoreTo, ThreadIndex, Uniform
from xpiler.raising.structure import captures, clone, walk

ACCESSES = {"memref.load": 0, "memref.store": 1, "memref.atomic_rmw": 1, "memref.generic_atomic_rmw": 0}


class LeafCode:
    """Emits into a leaf; `places` says where the values of the source are."""

    def __init__(self, leaf: Leaf, places: dict[ir.Value, object]):
        self.leaf = leaf
        self.places = places

    def copy(self, op: ir.Operation) -> None:
        """Copy a source operation into the leaf."""
        mapping = {value: self.value(value) for value in captures(op) if not isinstance(self.places.get(value), Expanded)}
        copied = clone(op, mapping, self.leaf.emit.at)
        self.leaf.values.update(zip(op.results, copied.results, strict=True))
        for inner in list(walk(copied)):
            self._reach_expanded(inner)

    def store(self, item: StoreTo) -> None:
        """Values into slots, as one parallel assignment."""
        values = [self.value(value) for value in item.values]
        for slot, value in zip(item.slots, values, strict=True):
            self.leaf.emit.store(value, slot.array, slot.group.indices(self.leaf))

    def keep(self, value: ir.Value, slot: Slot) -> None:
        """A value of this leaf into its slot."""
        self.leaf.emit.store(self.value(value), slot.array, slot.group.indices(self.leaf))

    def value(self, source: ir.Value) -> ir.Value:
        """The value of a source value in this leaf."""
        if source not in self.leaf.values:
            self.leaf.values[source] = self._found(source, self.places[source])
        return self.leaf.values[source]

    def _found(self, source: ir.Value, place: object) -> ir.Value:
        emit = self.leaf.emit
        match place:
            case Uniform(value):
                return value
            case ThreadIndex(dimension):
                return emit.cast(self.leaf.thread[dimension], source.type)
            case LaneIndex():
                return emit.cast(self.leaf.lane, source.type)
            case Slot(array, group):
                return emit.load(array, group.indices(self.leaf))
            case Recipe(op):
                inner = {used: self.value(used) for used in captures(op)}
                return clone(op, inner, emit.at).results[0]
            case Shuffled(op, slot):
                target = shuffle_source(emit, op, self.leaf.lane, self.value(op.operands[1]), slot.group.lanes)
                return emit.load(slot.array, [target])
        raise AssertionError(f"no value in a leaf for {place}")

    def _reach_expanded(self, op: ir.Operation) -> None:
        """An access to an array that was given a dimension for each of the group's threads gets their subscripts."""
        position = ACCESSES.get(op.name)
        if position is None or not isinstance(place := self.places.get(op.operands[position]), Expanded):
            return
        operands = list(op.operands)
        operands[position : position + 1] = [place.array, *place.group.indices(self.leaf)]
        attributes = {name: op.attributes[name] for name in op.attributes}
        new = ir.Operation.create(
            op.name,
            results=[result.type for result in op.results],
            operands=operands,
            attributes=attributes,
            loc=op.location,
            ip=ir.InsertionPoint(op),
        )
        for old, result in zip(op.results, new.results, strict=True):
            old.replace_all_uses_with(result)
            for source, value in list(self.leaf.values.items()):
                if value == old:
                    self.leaf.values[source] = result
        op.erase()


def guarded(leaf: Leaf, code: LeafCode, predicates: list[tuple[ir.Value, bool]]) -> None:
    """Enter the part of the leaf that only the threads run for which every predicate holds."""
    for condition, wanted in predicates:
        value = code.value(condition)
        if not wanted:
            emit = leaf.emit
            value = emit.value("arith.xori", value.type, value, emit.constant(1, value.type))
        leaf.emit = EmissionPoint(leaf.emit.branch(value).at, leaf.emit.location)
