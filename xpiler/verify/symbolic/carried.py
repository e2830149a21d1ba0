"""What a loop carries: integers that advance by a fixed step are functions of the counter, data lives in a cell."""

from __future__ import annotations

from mlir import ir

from xpiler.verify.limits import NotModelled
from xpiler.verify.model.fragments import Shape
from xpiler.verify.symbolic.fragments import elements, is_fragment, place_in
from xpiler.verify.symbolic.integers import Int
from xpiler.verify.symbolic.program import LANE, Array, Condition, Pointer, Value
from xpiler.verify.symbolic.sets import PwAff, fresh, name
from xpiler.verify.symbolic.walker import Walker


def lanes_of(type_: ir.Type) -> int:
    """Lanes of a vector type; 0 of a scalar."""
    return ir.VectorType(type_).shape[0] if isinstance(type_, ir.VectorType) else 0


def counted_step(w: Walker, argument: ir.Value, yielded: object) -> Int | None:
    """The step by which each iteration advances a carried integer; None where it is not seen to be fixed."""
    value = _resolve(yielded)
    if value == argument:
        return Int.of(0)
    owner = value.owner
    operation = getattr(owner, "operation", owner) if not isinstance(owner, ir.Block) else None
    if operation is None or operation.name not in ("arith.addi", "arith.subi"):
        return None
    left, right = (_same(v, yielded) for v in operation.operands)
    sign, loop = 1 if operation.name == "arith.addi" else -1, argument.owner.owner.operation
    if left == argument:
        return _fixed(w, right, sign, loop)
    return _fixed(w, left, 1, loop) if right == argument and sign > 0 else None


def _resolve(yielded: object) -> ir.Value:
    return _same(yielded[0], yielded) if isinstance(yielded, tuple) else yielded


def _same(value: ir.Value, yielded: object) -> ir.Value:
    """An argument of the second block of a while loop is what the first one hands on."""
    if isinstance(yielded, tuple):
        _, after, handed = yielded
        for i, argument in enumerate(after.arguments):
            if value == argument:
                return handed[i]
    return value


def _fixed(w: Walker, value: ir.Value, sign: int, loop: ir.Operation) -> Int | None:
    """The value of a step, or its negative; None where an iteration may make it anew."""
    owner = value.owner
    if not isinstance(owner, ir.Block) and getattr(owner, "operation", owner).name == "arith.constant":
        number = int(getattr(owner, "operation", owner).attributes["value"].value)
        return Int.of(sign * number)
    if _is_made_in(loop, value):
        return None
    found = w.env.get(value)
    return (found if sign > 0 else Int().plus(found, -1)) if isinstance(found, Int) else None


def _is_made_in(loop: ir.Operation, value: ir.Value) -> bool:
    owner = value.owner
    around = owner.owner if isinstance(owner, ir.Block) else getattr(owner, "operation", owner).parent
    while around is not None and around.operation != loop:
        around = around.operation.parent
    return around is not None


class Carried:
    """The values a loop carries, before, in and after it."""

    def __init__(self, w: Walker, arguments: list[ir.Value], initial: list[Value], yielded: list, counter: str):
        self.w, self.arguments, self.initial, self.counter = w, arguments, initial, counter
        self.lanes = [lanes_of(a.type) for a in arguments]
        self.shapes = [Shape.of(a.type) if is_fragment(a.type) else None for a in arguments]
        self.steps: list[Int | None] = []
        self.cells: list[Pointer | None] = []
        for argument, value, next_, lanes in zip(arguments, initial, yielded, self.lanes, strict=True):
            is_number = isinstance(value, Int) and not lanes and not is_fragment(argument.type)
            step = counted_step(w, argument, next_) if is_number else None
            if isinstance(value, Condition | Pointer):
                raise NotModelled("a truth value or pointer that a loop carries")
            self.steps.append(step)
            self.cells.append(None if step is not None else self._cell(argument, lanes))

    def _cell(self, argument: ir.Value, lanes: int) -> Pointer:
        type_ = argument.type
        element = Shape.of(type_).element if is_fragment(type_) else str(ir.VectorType(type_).element_type if lanes else type_)
        return Pointer(Array(fresh("cell"), element, self.w.dims, is_cell=True), Int.of(0))

    def enter(self) -> None:
        """Stores the initial values of cells."""
        self.end_with(self.initial)

    def begin(self) -> None:
        """Gives the arguments their values at the start of an iteration."""
        for argument, value in zip(self.arguments, self._values(Int.of(name(self.counter))), strict=True):
            self.w.env[argument] = value

    def _values(self, count: Int) -> list[Value]:
        found: list[Value] = []
        for cell, step, value, lanes, shape in zip(self.cells, self.steps, self.initial, self.lanes, self.shapes, strict=True):
            if cell is None:
                found.append(value.plus(step.times(count, self.w.symbols)))
            elif shape is not None:
                with elements(self.w, shape):
                    found.append(self.w.load(cell, place_in(shape)))
            else:
                found.append(self.w.load(cell, _place(lanes), lanes))
        return found

    def end(self, results: list[ir.Value]) -> None:
        """Stores what an iteration yields."""
        self.end_with([self.w.env[v] for v in results])

    def end_with(self, values: list[Value]) -> None:
        """The same, given the values."""
        for cell, value, lanes, shape in zip(self.cells, values, self.lanes, self.shapes, strict=True):
            if shape is not None:
                with elements(self.w, shape):
                    self.w.store(cell, place_in(shape), value)
            elif cell is not None:
                self.w.store(cell, _place(lanes), value, lanes)

    def leave(self, trips: PwAff) -> list[Value]:
        """The values after the loop."""
        return self._values(Int.of(trips))


def _place(lanes: int) -> Int:
    return Int.of(name(LANE)) if lanes else Int.of(0)
