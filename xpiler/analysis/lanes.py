"""Concrete execution of lane exchanges: which elements of an array each lane has folded together, step by step.

Threads of a block that add up their values do so by trees: shuffles, halving loops over shared memory, one value a warp. All of
them are data movement that integer constants decide. `LaneExecution` runs the parallel loops of a block on all their lanes at
once, with integers as numbers and data as `Term`: "the fold by this operator of these elements of that array, as it was then".
Comparisons of data are conditions; what is chosen by them is a term where the choice is a fold (`lane_pairs`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any, ClassVar

from mlir import ir

from xpiler.analysis.effects import access_of, defining, effects_of, is_private, walk
from xpiler.analysis.forms import forall_bounds
from xpiler.analysis.integer_lanes import Numbers, evaluate
from xpiler.analysis.lane_pairs import Truths, picked
from xpiler.analysis.lane_terms import Base, Term, combine
from xpiler.analysis.pair_choices import Condition, can_combine, combined, compared
from xpiler.analysis.reductions import IDENTITIES

Values = list  # one item a lane: integers (Numbers), conditions on data (Truths), or terms and None
MAX_LANES = 4096
MAX_TRIPS = 64
MAX_STEPS = 512  # trips of a loop that few lanes run


@dataclass
class Visit:
    """What one value was, lane by lane, in the one time its operation ran; `times` counts them."""

    terms: list[Term | None]
    active: list[bool]
    coordinates: dict[ir.Value, Numbers]
    times: int = 1


@dataclass
class _Frame:
    """The lanes that run together: values by lane, and which lanes are active.

    Not `exact`: at most these, as data decides: by `truths`, where that is known.
    """

    values: dict[ir.Value, Values]
    active: list[bool]
    coordinates: dict[ir.Value, Numbers] = field(default_factory=dict)
    count: int = 1
    exact: bool = True
    truths: Truths | None = None

    def masked(self, condition: Numbers | Truths | None, holds: bool = True) -> _Frame:
        """The same lanes, those active where `condition` holds, or where it does not."""
        if condition is None:
            return _Frame(self.values, self.active, self.coordinates, self.count, exact=False)
        if isinstance(condition, Truths):
            active = [a and c is not (not holds) for a, c in zip(self.active, condition, strict=True)]
            return _Frame(self.values, active, self.coordinates, self.count, exact=False, truths=self._narrowed(condition, holds))
        active = [a and bool(c) == holds for a, c in zip(self.active, condition, strict=True)]
        return _Frame(self.values, active, self.coordinates, self.count, self.exact, self.truths)

    def _narrowed(self, condition: Truths, holds: bool) -> Truths | None:
        """Under which conditions lanes come by that came by so far and for which `condition` holds, or does not."""
        ours = condition if holds else Truths(combined("arith.xori", c, True) for c in condition)
        if self.exact or self.truths is None:
            return ours if self.exact else None
        return Truths(combined("arith.andi", a, b) for a, b in zip(self.truths, ours, strict=True))

    def split(self, parts: int) -> _Frame:
        """Each lane as so many lanes that run together."""

        def repeated(values: Any) -> Any:
            return type(values)(chain.from_iterable(repeat(v, parts) for v in values))

        values = {v: repeated(each) for v, each in self.values.items()}
        coordinates = {v: repeated(each) for v, each in self.coordinates.items()}
        truths = None if self.truths is None else repeated(self.truths)
        return _Frame(values, repeated(self.active), coordinates, self.count * parts, self.exact, truths)


class LaneExecution:
    """Runs one block; `visits` then tells what every value was."""

    def __init__(self, block: ir.Block):
        self.block = block
        self.arrays: dict[ir.Value, list[Term | None]] = {}
        self.copies: dict[ir.Value, int] = {}  # of the arrays of a parallel loop's iterations
        self.written: set[ir.Value] = set()
        self.sources: dict[tuple[ir.Value, int], tuple[ir.Value, int, int]] = {}  # (array, element): what was stored there
        self.runs: dict[ir.Operation, int] = {}  # how often each store ran: a value is the same only in the same run
        self.visits: dict[ir.Value, Visit] = {}
        self.conditions: set[ir.Value] = set()  # truths of which it is known what they compare
        self.kinds: dict[Term, ir.Type] = {}  # of the elements that are compared
        self.active_at: dict[ir.Operation, list[bool] | None] = {}  # which lanes may have come by an operation, at any time
        frame = _Frame({}, [True])
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
        elif can_combine(op.name) and str(op.results[0].type) == "i1" and not self._integers(op, frame):
            self._combine(op, frame)
        elif op.name in IDENTITIES and not self._integers(op, frame):
            self._note(op.results[0], self._fold(op, frame), frame)
        elif len(op.regions):
            self._clobber(op)
        elif len(op.results) == 1:
            self._number(op, frame)

    def _number(self, op: ir.Operation, frame: _Frame) -> None:
        self._note(op.results[0], evaluate(op, [self._value(o, frame) for o in op.operands]), frame)

    def _pass_by(self, op: ir.Operation, active: list[bool]) -> None:
        seen = self.active_at.get(op, active)
        if seen is None or len(seen) != len(active):
            self.active_at[op] = None
        else:
            self.active_at[op] = seen if seen == active else [a or b for a, b in zip(seen, active, strict=True)]

    def _value(self, value: ir.Value, frame: _Frame) -> Values | None:
        """What a value is in each lane; constants are known wherever they stand."""
        if value not in frame.values:
            op = defining(value)
            if op is not None and op.name == "arith.constant":
                self._constant(op, frame)
        return frame.values.get(value)

    def _integers(self, op: ir.Operation, frame: _Frame) -> bool:
        return all(isinstance(self._value(o, frame), Numbers) for o in op.operands)

    def _note(self, value: ir.Value, terms: Values | None, frame: _Frame) -> None:
        if terms is None:
            frame.values.pop(value, None)
            return
        frame.values[value] = terms
        if isinstance(terms, Numbers):
            return
        if isinstance(terms, Truths):
            if any(condition is not None and not isinstance(condition, bool) for condition in terms):
                self.conditions.add(value)
            return
        times = self.visits[value].times + 1 if value in self.visits else 1
        self.visits[value] = Visit(terms, frame.active, frame.coordinates, times)

    def _terms(self, value: ir.Value, frame: _Frame) -> list[Term | None]:
        """The value of each lane as a term or None."""
        known = self._value(value, frame)
        return [None] * frame.count if known is None or isinstance(known, Truths) else _as_terms(known)

    def _fold(self, op: ir.Operation, frame: _Frame) -> list[Term | None]:
        kind = op.results[0].type
        a, b = (self._terms(o, frame) for o in op.operands)
        return [combine(op.name, x, y, kind) for x, y in zip(a, b, strict=True)]

    def _bitcast(self, op: ir.Operation, frame: _Frame) -> None:
        """An element whose bits are read as another type; of folds and constants nothing is known then."""
        kind = op.results[0].type
        elements = [t if t is not None and t.operator is None and t.base is not None else None for t in self._terms(op.operands[0], frame)]
        self._note(op.results[0], [t and Term(None, t.base.read_as(kind), t.mask) for t in elements], frame)

    def _compare(self, op: ir.Operation, frame: _Frame) -> None:
        """A comparison of numbers, or a condition on data in each lane."""
        if self._integers(op, frame):
            self._number(op, frame)
            return
        sides = [self._terms(o, frame) for o in op.operands]
        for term in chain(*sides):
            if term is not None and term.base is not None:
                self.kinds[term] = op.operands[0].type
        self._note(op.results[0], Truths(compared(op, a, b) for a, b in zip(*sides, strict=True)), frame)

    def _combine(self, op: ir.Operation, frame: _Frame) -> None:
        parts = [_as_truths(self._value(o, frame), frame.count) for o in op.operands]
        self._note(op.results[0], Truths(combined(op.name, *lane) for lane in zip(*parts, strict=True)), frame)

    def _constant(self, op: ir.Operation, frame: _Frame) -> None:
        attribute = op.attributes["value"]
        if isinstance(attribute, ir.FloatAttr):
            frame.values[op.results[0]] = [Term(None, None, 0, (attribute.value,))] * frame.count
        elif isinstance(attribute, ir.IntegerAttr | ir.BoolAttr):
            frame.values[op.results[0]] = Numbers.uniform(int(attribute.value), frame.count)

    def _alloca(self, op: ir.Operation, frame: _Frame) -> None:
        """An array of a lane's own: one copy for each lane that comes by, all anew."""
        self.copies[op.results[0]] = frame.count
        self.arrays.pop(op.results[0], None)
        self._elements(op.results[0])

    def _elements(self, buffer: ir.Value) -> list[Term | None] | None:
        """The tracked elements of a private array of static shape, copy after copy."""
        if buffer not in self.arrays:
            kind = ir.MemRefType(buffer.type)
            count = math.prod(kind.shape) * self.copies.get(buffer, 1) if kind.has_static_shape else 0
            if not count or not is_private(buffer) or count > MAX_LANES:
                return None
            base = Base(buffer, None)
            self.arrays[buffer] = [Term(None, base, 1 << k) for k in range(count)]
        return self.arrays[buffer]

    def _position(self, buffer: ir.Value, subscripts: tuple[ir.Value, ...], frame: _Frame) -> list[int] | None:
        """Which element each lane touches; any for the lanes that do not come by."""
        lanes_a_copy = frame.count // self.copies.get(buffer, 1)
        position = [lane // lanes_a_copy for lane in range(frame.count)]
        for size, subscript in zip(ir.MemRefType(buffer.type).shape, subscripts, strict=True):
            known = self._value(subscript, frame)
            if not isinstance(known, Numbers):
                return None
            known = [v if on else 0 for v, on in zip(known, frame.active, strict=True)]
            if not 0 <= min(known) <= max(known) < size:
                return None
            position = [p * size + v for p, v in zip(position, known, strict=True)]
        return position

    def _load(self, op: ir.Operation, frame: _Frame) -> None:
        access = access_of(op)
        elements = self._elements(access.buffer) if access.exact else None
        position = self._position(access.buffer, access.subscripts, frame) if elements is not None else None
        self._note(op.results[0], None if position is None else [elements[p] for p in position], frame)

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
        kind = op.operands[0].type
        for k, p in enumerate(position):
            if frame.active[k]:
                elements[p] = terms[k] if frame.exact else self._under(frame.truths, k, terms[k], elements[p], kind)
                self._remember(access.buffer, p, (op.operands[0], self.runs[op], k) if frame.exact else None)

    def _remember(self, buffer: ir.Value, position: int, source: tuple[ir.Value, int, int] | None) -> None:
        """Notes which value of which lane an element holds, or that this is not known."""
        self.sources.pop((buffer, position), None)
        if source is not None:
            self.sources[buffer, position] = source

    def _forget(self, buffer: ir.Value) -> None:
        """Nothing is known of an array any more."""
        self.arrays[buffer][:] = [None] * len(self.arrays[buffer])
        for key in [key for key in self.sources if key[0] == buffer]:
            del self.sources[key]

    def _if(self, op: ir.Operation, frame: _Frame) -> None:
        condition = self._condition(op, frame)
        ours = self._branch(op, 0, frame.masked(condition))
        theirs = self._branch(op, 1, frame.masked(condition, holds=False))
        for k, result in enumerate(op.results):
            self._note(result, self._choice(condition, ours[k], theirs[k], frame, result.type), frame)

    def _condition(self, op: ir.Operation, frame: _Frame) -> Numbers | Truths | None:
        condition = self._value(op.operands[0], frame)
        return condition if isinstance(condition, Numbers | Truths) else None

    def _choice(
        self, condition: Numbers | Truths | None, ours: Values | None, theirs: Values | None, frame: _Frame, kind: ir.Type
    ) -> Values | None:
        """One or the other value in each lane."""
        if condition is None or ours is None or theirs is None:
            return None
        if isinstance(condition, Numbers):
            return _chosen(condition, ours, theirs)
        if str(kind) == "i1":
            parts = [_as_truths(values, frame.count) for values in (condition, ours, theirs)]
            return Truths(combined("arith.select", *lane) for lane in zip(*parts, strict=True))
        sides = [_as_terms(values) for values in (ours, theirs)]
        return [self._under(condition, k, *lane, kind) for k, lane in enumerate(zip(*sides, strict=True))]

    def _under(self, truths: Truths | None, lane: int, yes: Term | None, no: Term | None, kind: ir.Type) -> Term | None:
        """What is `yes` in a lane if its condition holds, else `no`."""
        return None if truths is None else picked(truths[lane], yes, no, self.kinds, kind)

    def _branch(self, op: ir.Operation, region: int, frame: _Frame) -> list[Values | None]:
        blocks = op.regions[region].blocks
        return self._block(blocks[0], frame) if len(blocks) else []

    def _block(self, block: ir.Block, frame: _Frame) -> list[Values | None]:
        """Runs a block and returns what its terminator passes on."""
        for op in block.operations:
            if op.operation.name in ("scf.yield", "scf.condition"):
                return [self._value(o, frame) for o in op.operation.operands]
            self._run(op.operation, frame)
        return []

    def _select(self, op: ir.Operation, frame: _Frame) -> None:
        condition, kind = self._condition(op, frame), op.results[0].type
        sides = list(op.operands)[1:]
        known = [self._value(o, frame) for o in sides]
        ours, theirs = (v if isinstance(v, Numbers | Truths) else self._terms(o, frame) for v, o in zip(known, sides, strict=True))
        self._note(op.results[0], self._choice(condition, ours, theirs, frame, kind), frame)

    def _forall(self, op: ir.Operation, frame: _Frame) -> None:
        ((lower, upper, step),) = forall_bounds(op.opview) if len(forall_bounds(op.opview)) == 1 else ((None, None, None),)
        if not isinstance(upper, int) or (lower, step) != (0, 1) or frame.count * upper > MAX_LANES or upper < 1:
            self._clobber(op)
            return
        variable = op.regions[0].blocks[0].arguments[0]
        inner = frame.split(upper)
        inner.values[variable] = inner.coordinates[variable] = Numbers(list(range(upper)) * frame.count)
        self._block(op.regions[0].blocks[0], inner)

    def _for(self, op: ir.Operation, frame: _Frame) -> None:
        bounds = [_uniform(self._value(o, frame)) for o in list(op.operands)[:3]]
        most = max(MAX_TRIPS, MAX_STEPS // frame.count)
        if None in bounds or bounds[2] < 1 or len(range(*bounds)) > most or not self._worth_running(op, frame):
            self._clobber(op)
            return
        block = op.regions[0].blocks[0]
        carried = [self._value(o, frame) for o in list(op.operands)[3:]]
        for number in range(*bounds):
            frame.values[block.arguments[0]] = Numbers.uniform(number, frame.count)
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
        return tracked or any(_are_terms(self._value(o, frame)) for o in op.operands)

    def _finish(self, op: ir.Operation, values: list[Values | None], frame: _Frame) -> None:
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
        "arith.bitcast": _bitcast,
        "arith.cmpf": _compare,
        "arith.cmpi": _compare,
        "memref.alloca": _alloca,
        "memref.load": _load,
        "memref.store": _store,
        "scf.if": _if,
        "scf.forall": _forall,
        "scf.for": _for,
        "scf.while": _while,
    }


def _bind(frame: _Frame, arguments: list[ir.Value], values: list[Values | None]) -> None:
    for argument, value in zip(arguments, values, strict=True):
        if value is None:
            frame.values.pop(argument, None)
        else:
            frame.values[argument] = value


def _uniform(values: Values | None) -> int | None:
    return values.common() if isinstance(values, Numbers) else None


def _are_terms(values: Values | None) -> bool:
    return values is not None and not isinstance(values, Numbers | Truths)


def _chosen(condition: Numbers, ours: Values, theirs: Values) -> Values:
    """One or the other, lane by lane; integers where both are."""
    if isinstance(ours, Truths) or isinstance(theirs, Truths):
        sides = [_as_truths(values, len(condition)) for values in (ours, theirs)]
        return Truths(a if c else b for c, a, b in zip(condition, *sides, strict=True))
    kind = Numbers if isinstance(ours, Numbers) and isinstance(theirs, Numbers) else _as_terms
    return kind([a if c else b for c, a, b in zip(condition, *(map(kind, (ours, theirs))), strict=True)])


def _as_truths(values: Values | None, count: int) -> list[Condition | None]:
    """Conditions as they are, integers of one bit as decided ones; others are not known."""
    if isinstance(values, Truths):
        return values
    return [bool(v) for v in values] if isinstance(values, Numbers) else [None] * count


def _as_terms(values: Values) -> list[Term | None]:
    """Integers as the terms that are constants."""
    return [Term(None, None, 0, (v,)) for v in values] if isinstance(values, Numbers) else values
