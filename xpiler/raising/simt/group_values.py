"""Values at the level of a group: computed once for all its threads, and arrays with one element a thread."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.fragments import FragmentShape
from xpiler.raising.simt.platform_ops import DIVISIONS, is_fragment, is_pure
from xpiler.raising.simt.uniformity import Uniformity
from xpiler.raising.simt.value_places import Expanded, LaneIndex, Private, Recipe, ThreadIndex, Uniform
from xpiler.raising.structure import captures, clone, constant_value, definition, walk


class GroupValues:
    """The uniform values of one group."""

    def __init__(self, group, places: dict[ir.Value, object], uniform: Uniformity):
        self.group = group
        self.places = places
        self.uniform = uniform

    def is_uniform(self, op: ir.Operation) -> bool:
        """Can `op` be computed once for the group?"""
        return len(op.results) > 0 and all(result in self.uniform.values for result in op.results)

    def is_lane(self, op: ir.Operation) -> bool:
        """Is the result of `op` the lane of the thread?"""
        rules = self.uniform.lane_rules
        return rules is not None and len(op.results) == 1 and op.results[0] in rules.lanes_only

    def value(self, source: ir.Value, emit: EmissionPoint) -> ir.Value:
        """A uniform source value at the group's level."""
        place = self.places.get(source)
        if isinstance(place, Uniform):
            return place.value
        return self._at_first_lane(source, emit)

    def emit(self, op: ir.Operation, emit: EmissionPoint, *, speculative: bool) -> None:
        """Compute a uniform operation; `speculative`: the source may not run it at all, so it must not trap."""
        mapping = {value: self.value(value, emit) for value in captures(op)}
        copied = clone(op, mapping, emit.at)
        if speculative:
            for inner in list(walk(copied)):
                _keep_from_trapping(inner)
        self.places.update((source, Uniform(result)) for source, result in zip(op.results, copied.results, strict=True))

    def expand(self, place: Private) -> Expanded:
        """A thread-private array as one array over the group's threads."""
        type_ = place.op.results[0].type
        emit = EmissionPoint(ir.InsertionPoint.at_block_begin(place.block), place.op.location)
        if not type_.has_static_shape:
            raise unsupported(place.op, "a thread-private array whose size is not a constant")
        if is_fragment(type_):
            shape = FragmentShape.of(type_.element_type)
            warps = [self.group.warps(emit)] if self.group.word == "block" else []
            tiles = [*warps, *type_.shape, shape.rows, shape.columns]
            return Expanded(emit.alloca(tiles, shape.element_type(type_.context)), self.group)
        return Expanded(emit.alloca([*self.group.shape, *type_.shape], type_.element_type), self.group)

    def _at_first_lane(self, source: ir.Value, emit: EmissionPoint) -> ir.Value:
        """A value of the form `multiple + lane` as lane 0 computes it."""
        place = self.places[source]
        if isinstance(place, ThreadIndex):
            indices = self.group.thread_indices(emit, emit.constant(0))
            return emit.cast(indices[place.dimension], source.type)
        if isinstance(place, LaneIndex):
            return emit.constant(0, source.type)
        op = definition(source)
        assert isinstance(place, Recipe) and op is not None, f"not uniform: {source}"
        mapping = {value: self.value(value, emit) for value in captures(op)}
        return clone(op, mapping, emit.at).results[0]


def _keep_from_trapping(op: ir.Operation) -> None:
    """A division whose divisor may be zero divides by one instead where it is zero."""
    if op.name not in DIVISIONS or constant_value(op.operands[1]):
        return
    emit = EmissionPoint(ir.InsertionPoint(op), op.location)
    divisor = op.operands[1]
    is_zero = emit.compare("eq", divisor, emit.constant(0, divisor.type))
    op.operands[1] = emit.select(is_zero, emit.constant(1, divisor.type), divisor)


def is_recipe(op: ir.Operation, places: dict[ir.Value, object]) -> bool:
    """Is `op` cheap enough to be computed again: integer arithmetic on indices and uniform values?"""
    if len(op.results) != 1 or len(op.regions) > 0 or not is_pure(op) or not op.name.startswith("arith."):
        return False
    if not isinstance(op.results[0].type, ir.IntegerType | ir.IndexType):
        return False
    return all(isinstance(places.get(value), Uniform | Recipe | ThreadIndex | LaneIndex) for value in op.operands)
