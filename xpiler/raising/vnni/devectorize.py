"""Rebuilding a kernel without vectors: stores, folds and carried registers become loops over lanes.

The body is walked in order into a new function. Scalars are copied over; a vector value gets a `LaneSource`
and no code until something needs its lanes: a store, a reduction, an extract, or a register carried by a loop
or an `if`, which lives in a scratch array. A register that is loaded and used after memory may have changed, or
that is costly and used twice, is kept in a scratch array too.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import memref, scf

from xpiler.frontend.arrays import LOOP
from xpiler.raising.array_rows import flatten_rows
from xpiler.raising.counted_while import count_whiles
from xpiler.raising.element_bits import take_all_bits
from xpiler.raising.vnni import vector_ops
from xpiler.raising.vnni.byte_shifts import shift_bytes
from xpiler.raising.vnni.emission_point import lane_loop, scratch
from xpiler.raising.vnni.hazards import must_materialize
from xpiler.raising.vnni.lane_values import LaneSource, stored, unsupported
from xpiler.raising.vnni.mask_vectors import keep_masks_as_lanes
from xpiler.raising.vnni.plain_launchers import drop_plain_launchers
from xpiler.raising.vnni.private_arrays import sink_private_arrays
from xpiler.raising.vnni.tail_guards import drop_tail_guards

COSTLY = 3


def raise_kernel(module: ir.Module, function: ir.Operation) -> ir.Operation:
    """The kernel `function` of `module` rebuilt in its place: it has no vector type and no `vnni` operation.

    Raises Unsupported, naming the operation, for a vector operation that has no lane rule.
    """
    drop_plain_launchers(module)
    count_whiles(function)
    drop_tail_guards(function)
    keep_masks_as_lanes(function)
    shift_bytes(function)
    old = function.regions[0].blocks[0]
    rebuilder = Rebuilder()
    with ir.InsertionPoint(function):
        made = ir.Operation.create(
            "func.func", attributes=_attributes(function), regions=1, loc=function.location, ip=ir.InsertionPoint(function)
        )
    new = made.regions[0].blocks.append(*(a.type for a in old.arguments), arg_locs=[a.location for a in old.arguments])
    for before, after in zip(old.arguments, new.arguments, strict=True):
        rebuilder.scalars[before] = after
    rebuilder.block(old, new)
    function.erase()
    flatten_rows(made)
    take_all_bits(made)
    sink_private_arrays(made)
    return made


def _attributes(operation: ir.Operation) -> dict[str, ir.Attribute]:
    return {name: operation.attributes[name] for name in operation.attributes}


def is_vector(value: ir.Value) -> bool:
    """Whether a value is a register or a vector of mask bits."""
    return isinstance(value.type, ir.VectorType)


class Rebuilder:
    """The walk from the old body to the new: what every old value has become."""

    def __init__(self) -> None:
        self.scalars: dict[ir.Value, ir.Value] = {}
        self.vectors: dict[ir.Value, LaneSource] = {}

    def scalar(self, value: ir.Value) -> ir.Value:
        """The new scalar of an old one."""
        return self.scalars[value]

    def vector(self, value: ir.Value) -> LaneSource:
        """The lanes of an old vector."""
        return self.vectors[value]

    def define(self, value: ir.Value, source: LaneSource) -> None:
        """Gives an old vector its lanes, in a scratch array where they must be taken now."""
        if must_materialize(value) or (source.cost > COSTLY and len(list(value.uses)) > 1 and not _only_taken_apart(value)):
            source = self.materialized(source)
        self.vectors[value] = source

    def materialized(self, source: LaneSource) -> LaneSource:
        """The same lanes, computed here into a scratch array."""
        buffer = scratch(source.lanes, source.element)
        lane_loop(source.lanes, lambda lane: memref.store(source.lane(lane), buffer, [lane]))
        return stored(buffer, source.lanes)

    def block(self, old: ir.Block, new: ir.Block) -> None:
        """Rebuilds every operation of `old` at the end of `new`, its terminator too."""
        with ir.InsertionPoint(new):
            for op in old.operations:
                operation = op.operation
                with operation.location:
                    self.operation(operation)

    def operation(self, operation: ir.Operation) -> None:
        """Rebuilds one operation."""
        structured = STRUCTURED.get(operation.name)
        if structured is not None:
            structured(self, operation)
        elif any(is_vector(v) for v in (*operation.operands, *operation.results)):
            vector_ops.rebuild(self, operation)
        else:
            self.copy(operation)

    def body(self, old: ir.Block, carried: Carried) -> None:
        """A loop's body at the insertion point, its last step the next carried values."""
        *operations, last = list(old.operations)
        for op in operations:
            with op.operation.location:
                self.operation(op.operation)
        scf.yield_(carried.store_next(list(last.operation.operands)))

    def bind_passed(self, passed: list[ir.Value], old: list[ir.Value], buffers: dict[ir.Value, ir.Value], new: list[ir.Value]) -> None:
        """What a condition passes on, under the names it has behind it: registers from scratch arrays, scalars in order."""
        scalars = iter(new)
        for value, name in zip(passed, old, strict=True):
            if value in buffers:
                self.vectors[name] = stored(buffers[value], ir.VectorType(value.type).shape[0])
            else:
                self.scalars[name] = next(scalars)

    def copy(self, operation: ir.Operation) -> None:
        """A scalar operation, as it is."""
        if len(operation.regions):
            raise unsupported(operation)
        made = operation.clone()
        made = getattr(made, "operation", made)
        for position, operand in enumerate(operation.operands):
            made.operands[position] = self.scalar(operand)
        for before, after in zip(operation.results, made.results, strict=True):
            self.scalars[before] = after


def _only_taken_apart(value: ir.Value) -> bool:
    """Whether a register's elements are given one by one and only read so: nothing is computed twice then."""
    owner = value.owner
    if isinstance(owner, ir.Block) or owner.operation.name != "vector.from_elements":
        return False
    users = [use.owner.operation for use in value.uses]
    return all(user.name == "vector.store" or (user.name == "vector.extract" and len(user.operands) == 1) for user in users)


def _rebuild_for(self: Rebuilder, operation: ir.Operation) -> None:
    """A loop: scalar carried values stay `iter_args`, registers live in scratch arrays set before the loop."""
    low, high, step, *starts = operation.operands
    old = operation.regions[0].blocks[0]
    carried = Carried(self, starts, list(old.arguments)[1:], list(operation.results))
    loop = scf.ForOp(self.scalar(low), self.scalar(high), self.scalar(step), carried.scalar_starts)
    for name in operation.attributes:
        loop.operation.attributes[name] = operation.attributes[name]
    self.scalars[old.arguments[0]] = loop.body.arguments[0]
    carried.enter(list(loop.body.arguments)[1:])
    with ir.InsertionPoint(loop.body):
        self.body(old, carried)
    carried.leave(list(loop.results))


def _rebuild_while(self: Rebuilder, operation: ir.Operation) -> None:
    """`scf.while`: as a loop; registers that its condition passes on lie in scratch arrays, most often those that carry them."""
    before, after = (region.blocks[0] for region in operation.regions)
    carried = Carried(self, list(operation.operands), list(before.arguments), [])
    condition, *forwarded = list(before.operations)[-1].operation.operands
    passed = [v for v in forwarded if not is_vector(v)]
    kept = {v: carried.buffer(v) or _scratch_of(v) for v in forwarded if is_vector(v)}
    made = ir.Operation.create("scf.while", results=[v.type for v in passed], operands=carried.scalar_starts, regions=2)
    first = made.regions[0].blocks.append(*(v.type for v in carried.scalar_starts))
    second = made.regions[1].blocks.append(*(v.type for v in passed))
    carried.enter(list(first.arguments))
    with ir.InsertionPoint(first):
        for op in list(before.operations)[:-1]:
            self.operation(op.operation)
        for value, buffer in kept.items():
            if carried.buffer(value) is None:
                _fill(buffer, self.vector(value), value)
        scf.condition(self.scalar(condition), [self.scalar(v) for v in passed])
    self.bind_passed(forwarded, list(after.arguments), kept, list(second.arguments))
    with ir.InsertionPoint(second):
        self.body(after, carried)
    self.bind_passed(forwarded, list(operation.results), kept, list(made.results))


def _rebuild_if(self: Rebuilder, operation: ir.Operation) -> None:
    """An `if`: registers it yields are written to a scratch array by each branch."""
    results = list(operation.results)
    kinds = [v.type for v in results if not is_vector(v)]
    branches = [r.blocks[0] for r in operation.regions if len(r.blocks)]
    buffers = [(v, _scratch_of(v)) for v in results if is_vector(v)]
    made = scf.IfOp(self.scalar(operation.operands[0]), kinds, has_else=len(branches) > 1)
    for name in operation.attributes:
        made.operation.attributes[name] = operation.attributes[name]
    for old, new in zip(branches, [made.then_block, *([made.else_block] if len(branches) > 1 else [])], strict=True):
        with ir.InsertionPoint(new):
            *body, last = list(old.operations)
            for op in body:
                self.operation(op.operation)
            values = list(last.operation.operands)
            for (result, buffer), value in zip(buffers, [v for v in values if is_vector(v)], strict=True):
                _fill(buffer, self.vector(value), result)
            scf.yield_([self.scalar(v) for v in values if not is_vector(v)])
    scalars = iter(made.results)
    for value in results:
        if not is_vector(value):
            self.scalars[value] = next(scalars)
    for value, buffer in buffers:
        self.vectors[value] = stored(buffer, ir.VectorType(value.type).shape[0])


def _scratch_of(value: ir.Value) -> ir.Value:
    kind = ir.VectorType(value.type)
    return scratch(kind.shape[0], kind.element_type)


def _fill(buffer: ir.Value, source: LaneSource, _: ir.Value) -> None:
    lane_loop(source.lanes, lambda lane: memref.store(source.lane(lane), buffer, [lane]))


def _rebuild_forall(self: Rebuilder, operation: ir.Operation) -> None:
    """`scf.forall`: an OpenMP loop; its body is rebuilt in place of the clone's."""
    made = operation.clone()
    made = getattr(made, "operation", made)
    for position, operand in enumerate(operation.operands):
        made.operands[position] = self.scalar(operand)
    old, new = operation.regions[0].blocks[0], made.regions[0].blocks[0]
    for op in reversed(list(new.operations)):
        op.operation.erase()
    for before, after in zip(old.arguments, new.arguments, strict=True):
        self.scalars[before] = after
    for name in {"mapping", LOOP} & set(made.attributes):
        del made.attributes[name]
    with ir.InsertionPoint(new):
        for op in list(old.operations)[:-1]:
            with op.operation.location:
                self.operation(op.operation)
        scf.InParallelOp()


STRUCTURED = {"scf.for": _rebuild_for, "scf.if": _rebuild_if, "scf.while": _rebuild_while, "scf.forall": _rebuild_forall}


class Carried:
    """The values a loop carries: scalars by `iter_args`, each register in a scratch array of its own."""

    def __init__(self, rebuilder: Rebuilder, starts: list[ir.Value], arguments: list[ir.Value], results: list[ir.Value]):
        self._rebuilder, self._arguments, self._results = rebuilder, arguments, results
        self.scalar_starts = [rebuilder.scalar(v) for v in starts if not is_vector(v)]
        self._buffers: dict[int, ir.Value] = {}
        for position, value in enumerate(starts):
            if is_vector(value):
                source = rebuilder.vector(value)
                buffer = scratch(source.lanes, source.element)
                _fill(buffer, source, value)
                self._buffers[position] = buffer

    def buffer(self, argument: ir.Value) -> ir.Value | None:
        """The scratch array of a register that the loop carries; None for anything else."""
        return next((self._buffers[i] for i, a in enumerate(self._arguments) if a == argument and i in self._buffers), None)

    def enter(self, scalars: list[ir.Value]) -> None:
        """Binds the body's arguments, under their names."""
        old = (a for position, a in enumerate(self._arguments) if position not in self._buffers)
        for argument, scalar in zip(old, scalars, strict=True):
            scalar.set_location(argument.location)
        self._bind(self._arguments, scalars)

    def leave(self, scalars: list[ir.Value]) -> None:
        """Binds the loop's results."""
        self._bind(self._results, scalars)

    def _bind(self, old: list[ir.Value], scalars: list[ir.Value]) -> None:
        remaining = iter(scalars)
        for position, value in enumerate(old):
            if position in self._buffers:
                self._rebuilder.vectors[value] = stored(self._buffers[position], ir.VectorType(value.type).shape[0])
            else:
                self._rebuilder.scalars[value] = next(remaining)

    def store_next(self, values: list[ir.Value]) -> list[ir.Value]:
        """Stores the next registers, all lanes of one number together (one may read another's old lanes); the scalars."""
        groups: dict[int, list[tuple[ir.Value, LaneSource]]] = {}
        for position, value in enumerate(values):
            if position in self._buffers:
                source = self._rebuilder.vector(value)
                groups.setdefault(source.lanes, []).append((self._buffers[position], source))
        if len(groups) > 1:
            groups = {n: [(b, self._rebuilder.materialized(s)) for b, s in pairs] for n, pairs in groups.items()}
        for lanes, pairs in groups.items():
            lane_loop(lanes, lambda lane, pairs=pairs: _store_all(pairs, lane))
        return [self._rebuilder.scalar(v) for p, v in enumerate(values) if p not in self._buffers]


def _store_all(pairs: list[tuple[ir.Value, LaneSource]], lane: ir.Value) -> None:
    values = [source.lane(lane) for _, source in pairs]
    for (buffer, _), value in zip(pairs, values, strict=True):
        memref.store(value, buffer, [lane])
