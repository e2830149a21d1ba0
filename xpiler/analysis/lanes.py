"""Concrete execution of lane exchanges: which elements of an array each lane has folded together, step by step.

Threads of a block that add up their values do so by trees: shuffles, halving loops over shared memory, one value a warp. All of
them are data movement that integer constants decide. `LaneExecution` runs the parallel loops of a block on all their lanes at
once, with integers as numbers and data as `Term`: "the fold by this operator of these elements of that array, as it was then".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from mlir import ir

from xpiler.analysis.effects import access_of, defining, effects_of, is_private, walk
from xpiler.analysis.forms import forall_bounds
from xpiler.analysis.integer_lanes import evaluate
from xpiler.analysis.reductions import IDEMPOTENT, IDENTITIES, identity_number

MAX_LANES = 4096
MAX_TRIPS = 64


@dataclass(frozen=True)
class Base:
    """An array as it was after an operation of the block under analysis (None: at the block's start)."""

    buffer: ir.Value
    after: ir.Operation | None


@dataclass(frozen=True)
class Term:
    """A fold by `operator` of the elements `mask` (bits) of `base` and of the constants `extras`."""

    operator: str | None
    base: Base | None
    mask: int
    extras: tuple[float, ...] = ()


@dataclass
class Visit:
    """What one value was, lane by lane, in the one time its operation ran; `times` counts them."""

    terms: np.ndarray
    active: np.ndarray | None
    coordinates: dict[ir.Value, np.ndarray]
    times: int = 1


@dataclass
class _Frame:
    """The lanes that run together: values by lane, which lanes are active (None: not known)."""

    values: dict[ir.Value, np.ndarray]
    active: np.ndarray | None
    coordinates: dict[ir.Value, np.ndarray] = field(default_factory=dict)
    count: int = 1

    def masked(self, condition: np.ndarray | None) -> _Frame:
        """The same lanes, those active where `condition` holds."""
        active = None if condition is None or self.active is None else self.active & (condition != 0)
        return _Frame(self.values, active, self.coordinates, self.count)


class LaneExecution:
    """Runs one block; `visits` then tells what every value was."""

    def __init__(self, block: ir.Block):
        self.block = block
        self.arrays: dict[ir.Value, np.ndarray] = {}
        self.copies: dict[ir.Value, int] = {}  # of the arrays of a parallel loop's iterations
        self.written: set[ir.Value] = set()
        self.sources: dict[tuple[ir.Value, int], tuple[ir.Value, int, int]] = {}  # (array, element): what was stored there
        self.runs: dict[ir.Operation, int] = {}  # how often each store ran: a value is the same only in the same run
        self.visits: dict[ir.Value, Visit] = {}
        self.active_at: dict[ir.Operation, np.ndarray | None] = {}  # which lanes came by an operation, at any time
        frame = _Frame({}, np.array([True]))
        for op in block.operations:
            self._run(op.operation, frame)
            self._settle(op.operation)

    def _settle(self, op: ir.Operation) -> None:
        """Unknown elements of the arrays that `op` wrote are what they are from here on: terms of their own, one for elements of
        several arrays that hold the same value of the same lane."""
        known: dict[tuple, Term] = {}
        for buffer in [b for b in self.arrays if b in self.written]:
            elements, base = self.arrays[buffer], Base(buffer, op)
            for k in range(len(elements)):
                if elements[k] is None:
                    own = Term(None, base, 1 << k)
                    elements[k] = known.setdefault(self.sources.get((buffer, k), (buffer, k)), own)
        self.written.clear()
        self.sources.clear()

    def _run(self, op: ir.Operation, frame: _Frame) -> None:
        self._pass_by(op, frame.active)
        handler = self._HANDLERS.get(op.name)
        if handler:
            handler(self, op, frame)
        elif op.name in IDENTITIES and not self._integers(op, frame):
            self._note(op.results[0], self._fold(op, frame), frame)
        elif len(op.regions):
            self._clobber(op)
        elif len(op.results) == 1:
            value = evaluate(op, [self._value(o, frame) for o in op.operands], frame.count)
            if value is not None:
                frame.values[op.results[0]] = value

    def _pass_by(self, op: ir.Operation, active: np.ndarray | None) -> None:
        seen = self.active_at.get(op, active)
        self.active_at[op] = None if seen is None or active is None or len(seen) != len(active) else seen | active

    def _value(self, value: ir.Value, frame: _Frame) -> np.ndarray | None:
        """What a value is in each lane; constants are known wherever they stand."""
        if value not in frame.values:
            op = defining(value)
            if op is not None and op.name == "arith.constant":
                self._constant(op, frame)
        return frame.values.get(value)

    def _integers(self, op: ir.Operation, frame: _Frame) -> bool:
        operands = [self._value(o, frame) for o in op.operands]
        return all(v is not None and v.dtype != object for v in operands)

    def _note(self, value: ir.Value, terms: np.ndarray | None, frame: _Frame) -> None:
        if terms is None:
            frame.values.pop(value, None)
            return
        frame.values[value] = terms
        if terms.dtype != object:
            return
        times = self.visits[value].times + 1 if value in self.visits else 1
        self.visits[value] = Visit(terms, frame.active, frame.coordinates, times)

    def _terms(self, value: ir.Value, frame: _Frame) -> np.ndarray:
        """The value of each lane as a term or None."""
        known = self._value(value, frame)
        if known is None:
            return np.full(frame.count, None, dtype=object)
        if known.dtype == object:
            return known
        return _objects([Term(None, None, 0, (int(v),)) for v in known])

    def _fold(self, op: ir.Operation, frame: _Frame) -> np.ndarray:
        kind = op.results[0].type
        a, b = (self._terms(o, frame) for o in op.operands)
        return _objects([combine(op.name, x, y, kind) for x, y in zip(a, b, strict=True)])

    def _constant(self, op: ir.Operation, frame: _Frame) -> None:
        attribute = op.attributes["value"]
        if isinstance(attribute, ir.FloatAttr):
            frame.values[op.results[0]] = _objects([Term(None, None, 0, (attribute.value,))] * frame.count)
        elif isinstance(attribute, ir.IntegerAttr):
            number = int(attribute.value)
            frame.values[op.results[0]] = np.full(frame.count, number, dtype=np.int64)

    def _alloca(self, op: ir.Operation, frame: _Frame) -> None:
        """An array of a lane's own: one copy for each lane that comes by, all anew."""
        self.copies[op.results[0]] = frame.count
        self.arrays.pop(op.results[0], None)
        self._elements(op.results[0])

    def _elements(self, buffer: ir.Value) -> np.ndarray | None:
        """The tracked elements of a private array of static shape, copy after copy."""
        if buffer not in self.arrays:
            kind = ir.MemRefType(buffer.type)
            count = int(np.prod(kind.shape, dtype=int)) * self.copies.get(buffer, 1) if kind.has_static_shape else 0
            if not count or not is_private(buffer) or count > MAX_LANES:
                return None
            base = Base(buffer, None)
            self.arrays[buffer] = _objects([Term(None, base, 1 << k) for k in range(count)])
        return self.arrays[buffer]

    def _position(self, buffer: ir.Value, subscripts: tuple[ir.Value, ...], frame: _Frame) -> np.ndarray | None:
        position = np.arange(frame.count) // (frame.count // self.copies.get(buffer, 1))
        for size, subscript in zip(ir.MemRefType(buffer.type).shape, subscripts, strict=True):
            known = self._value(subscript, frame)
            if known is None or known.dtype == object:
                return None
            position = position * size + np.where(_active(frame), known, 0)
            if ((known < 0) | (known >= size))[_active(frame)].any():
                return None
        return position

    def _load(self, op: ir.Operation, frame: _Frame) -> None:
        access = access_of(op)
        elements = self._elements(access.buffer) if access.exact else None
        position = self._position(access.buffer, access.subscripts, frame) if elements is not None else None
        self._note(op.results[0], None if position is None else elements[position], frame)

    def _store(self, op: ir.Operation, frame: _Frame) -> None:
        access = access_of(op)
        elements = self._elements(access.buffer) if access.exact else None
        if elements is None:
            return
        self.written.add(access.buffer)
        position = self._position(access.buffer, access.subscripts, frame)
        if position is None:
            self._forget(access.buffer)
            return
        terms = self._terms(op.operands[0], frame)
        self.runs[op] = self.runs.get(op, 0) + 1
        for k in np.flatnonzero(_active(frame)):
            elements[position[k]] = None if frame.active is None else terms[k]
            self._remember(access.buffer, int(position[k]), None if frame.active is None else (op.operands[0], self.runs[op], int(k)))

    def _remember(self, buffer: ir.Value, position: int, source: tuple[ir.Value, int, int] | None) -> None:
        """Notes which value of which lane an element holds, or that this is not known."""
        self.sources.pop((buffer, position), None)
        if source is not None:
            self.sources[buffer, position] = source

    def _forget(self, buffer: ir.Value) -> None:
        """Nothing is known of an array any more."""
        self.arrays[buffer][:] = None
        for key in [key for key in self.sources if key[0] == buffer]:
            del self.sources[key]

    def _if(self, op: ir.Operation, frame: _Frame) -> None:
        condition = self._value(op.operands[0], frame)
        if condition is not None and condition.dtype == object:
            condition = None
        ours = self._branch(op, 0, frame.masked(condition))
        theirs = self._branch(op, 1, frame.masked(None if condition is None else 1 - (condition != 0)))
        for k, result in enumerate(op.results):
            if condition is None or ours[k] is None or theirs[k] is None:
                self._note(result, None, frame)
            elif ours[k].dtype == theirs[k].dtype != object:
                frame.values[result] = np.where(condition != 0, ours[k], theirs[k])
            else:
                a, b = (v if v.dtype == object else _objects([Term(None, None, 0, (int(x),)) for x in v]) for v in (ours[k], theirs[k]))
                self._note(result, np.where(condition != 0, a, b), frame)

    def _branch(self, op: ir.Operation, region: int, frame: _Frame) -> list[np.ndarray | None]:
        blocks = op.regions[region].blocks
        return self._block(blocks[0], frame) if len(blocks) else []

    def _block(self, block: ir.Block, frame: _Frame) -> list[np.ndarray | None]:
        """Runs a block and returns what its terminator passes on."""
        for op in block.operations:
            if op.operation.name in ("scf.yield", "scf.condition"):
                return [self._value(o, frame) for o in op.operation.operands]
            self._run(op.operation, frame)
        return []

    def _select(self, op: ir.Operation, frame: _Frame) -> None:
        condition = self._value(op.operands[0], frame)
        values = [self._value(o, frame) for o in list(op.operands)[1:]]
        if condition is None or condition.dtype == object:
            self._note(op.results[0], None, frame)
        elif all(v is not None and v.dtype != object for v in values):
            frame.values[op.results[0]] = np.where(condition != 0, *values)
        else:
            terms = [self._terms(o, frame) for o in list(op.operands)[1:]]
            self._note(op.results[0], np.where(condition != 0, *terms), frame)

    def _forall(self, op: ir.Operation, frame: _Frame) -> None:
        ((lower, upper, step),) = forall_bounds(op.opview) if len(forall_bounds(op.opview)) == 1 else ((None, None, None),)
        if not isinstance(upper, int) or (lower, step) != (0, 1) or frame.count * upper > MAX_LANES or upper < 1:
            self._clobber(op)
            return
        variable = op.regions[0].blocks[0].arguments[0]
        inner = _Frame({v: np.repeat(a, upper) for v, a in frame.values.items()}, None, {}, frame.count * upper)
        inner.active = None if frame.active is None else np.repeat(frame.active, upper)
        inner.coordinates = {v: np.repeat(a, upper) for v, a in frame.coordinates.items()}
        inner.values[variable] = inner.coordinates[variable] = np.tile(np.arange(upper, dtype=np.int64), frame.count)
        self._block(op.regions[0].blocks[0], inner)

    def _for(self, op: ir.Operation, frame: _Frame) -> None:
        bounds = [_uniform(self._value(o, frame)) for o in list(op.operands)[:3]]
        if None in bounds or bounds[2] < 1 or len(range(*bounds)) > MAX_TRIPS or not self._worth_running(op, frame):
            self._clobber(op)
            return
        block = op.regions[0].blocks[0]
        carried = [self._value(o, frame) for o in list(op.operands)[3:]]
        for number in range(*bounds):
            frame.values[block.arguments[0]] = np.full(frame.count, number, dtype=np.int64)
            _bind(frame, list(block.arguments)[1:], carried)
            carried = self._block(block, frame)
        self._finish(op, carried, frame)

    def _while(self, op: ir.Operation, frame: _Frame) -> None:
        before, after = op.regions[0].blocks[0], op.regions[1].blocks[0]
        if not self._worth_running(op, frame):
            self._clobber(op)
            return
        carried = [self._value(o, frame) for o in op.operands]
        for _ in range(MAX_TRIPS):
            _bind(frame, list(before.arguments), carried)
            condition, *passed = self._block(before, frame)
            goes_on = _uniform(condition)
            if goes_on is None:
                break
            if not goes_on:
                self._finish(op, passed, frame)
                return
            _bind(frame, list(after.arguments), passed)
            carried = self._block(after, frame)
        self._clobber(op)

    def _worth_running(self, op: ir.Operation, frame: _Frame) -> bool:
        """Whether a loop touches tracked arrays or carries terms: else its results are simply not known."""
        if effects_of(op).unknown is not None:
            return False
        tracked = any(a.buffer in self.arrays or is_private(a.buffer) for a in effects_of(op).accesses)
        return tracked or any((v := self._value(o, frame)) is not None and v.dtype == object for o in op.operands)

    def _finish(self, op: ir.Operation, values: list[np.ndarray | None], frame: _Frame) -> None:
        for result, value in zip(op.results, values, strict=True):
            self._note(result, value, frame)

    def _clobber(self, op: ir.Operation) -> None:
        """Forgets the arrays an operation that is not run may write."""
        for access in effects_of(op).accesses:
            if access.writes and self._elements(access.buffer) is not None:
                self._forget(access.buffer)
                self.written.add(access.buffer)
        for inner in walk(op):
            for result in inner.results:
                self.visits.pop(result, None)

    _HANDLERS: ClassVar[dict[str, Callable]] = {
        "arith.constant": _constant,
        "arith.select": _select,
        "memref.alloca": _alloca,
        "memref.load": _load,
        "memref.store": _store,
        "scf.if": _if,
        "scf.forall": _forall,
        "scf.for": _for,
        "scf.while": _while,
    }


def combine(operator: str, a: Term | None, b: Term | None, kind: ir.Type) -> Term | None:
    """The fold of two terms by `operator`, if it is again a fold of elements, each counted once."""
    if a is None or b is None or any(t.operator not in (None, operator) for t in (a, b)):
        return None
    if a.base and b.base and a.base != b.base:
        return None
    neutral = identity_number(operator, kind)
    extras = tuple(sorted({x for x in (*a.extras, *b.extras) if x != neutral}))
    if operator not in IDEMPOTENT and (a.mask & b.mask or extras):
        return None
    return Term(operator, a.base or b.base, a.mask | b.mask, extras)


def _bind(frame: _Frame, arguments: list[ir.Value], values: list[np.ndarray | None]) -> None:
    for argument, value in zip(arguments, values, strict=True):
        if value is None:
            frame.values.pop(argument, None)
        else:
            frame.values[argument] = value


def _uniform(values: np.ndarray | None) -> int | None:
    if values is None or values.dtype == object or (values != values[0]).any():
        return None
    return int(values[0])


def _active(frame: _Frame) -> np.ndarray:
    return np.ones(frame.count, dtype=bool) if frame.active is None else frame.active


def _objects(items: list) -> np.ndarray:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
