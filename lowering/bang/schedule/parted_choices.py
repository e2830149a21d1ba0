"""Choices between sides that meet at zero become sums: `x > 0 ? x : a * x` is `max(x, 0) + a * min(x, 0)`.

Arithmetic with truths multiplies the side that is not chosen by zero, which is no number where that side is infinite. Here each side
takes its argument clamped to its own half, and is zero on the other one: exactly that where the arguments and inputs are finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import base_buffer, defining, effects_of, is_transparent, walk
from xpiler.lowering.bang.schedule.choices import OGE, OGT, OLE, OLT, OPPOSITES, TURNED, is_finite, number_of
from xpiler.transforms.rewriting import Mapping, clone, content, defined_inside, terminator

FOLDED: dict[str, Callable[..., float]] = {
    "arith.addf": lambda a, b: a + b,
    "arith.subf": lambda a, b: a - b,
    "arith.mulf": lambda a, b: a * b,
    "arith.negf": lambda a: -a,
    "arith.maxnumf": max,
    "arith.minnumf": min,
    "arith.extf": lambda a: a,
    "arith.truncf": lambda a: a,
    "math.fma": lambda a, b, c: a * b + c,
    "math.absf": abs,
    "math.exp": math.exp,
    "math.expm1": math.expm1,
    "math.tanh": math.tanh,
}
SOME = "some finite number"


@dataclass
class PartedChoices:
    """The choices of a loop that became sums; what only they needed is not to be computed any more."""

    unused: set[ir.Operation] = field(default_factory=set)
    _made: list[tuple[ir.Operation, ir.Value, list[ir.Operation]]] = field(default_factory=list)

    @property
    def choices(self) -> list[ir.Operation]:
        """The choices that sums stand for."""
        return [choice for choice, _, _ in self._made]

    def replace(self, choice: ir.Operation, total: ir.Value, made: list[ir.Operation]) -> None:
        """Puts a sum in a choice's place."""
        choice.results[0].replace_all_uses_with(total)
        self._made.append((choice, total, made))

    def undo(self) -> None:
        """The loop as it was."""
        for choice, total, made in reversed(self._made):
            total.replace_all_uses_with(choice.results[0])
            for op in reversed(made):
                op.erase()


def part_choices(loop: ir.Operation) -> PartedChoices:
    """Rewrites the choices of a loop that can be parted."""
    parted = PartedChoices()
    for op in walk(loop):
        sides = _sides(op)
        if sides is not None and isinstance(op.results[0].type, ir.FloatType) and not all(map(is_finite, sides)):
            _part(parted, loop, op)
    _collect_unused(parted, loop)
    return parted


def _sides(op: ir.Operation) -> tuple[ir.Value, ir.Value] | None:
    """What an operation chooses between: a select, or a branch that computes nothing but its one result."""
    if op.name == "arith.select":
        return op.operands[1], op.operands[2]
    if op.name != "scf.if" or len(op.results) != 1:
        return None
    blocks = [region.blocks[0] for region in op.regions]
    if not all(inner.name in FOLDED or inner.name == "arith.constant" for block in blocks for inner in content(block)):
        return None
    yes, no = (terminator(block).operands[0] for block in blocks)
    return yes, no


@dataclass(frozen=True)
class _Boundary:
    """Where a choice turns: `above` is its value for a larger argument, `below` for a smaller one."""

    choice: ir.Operation
    argument: ir.Value
    point: ir.Value
    above: ir.Value
    below: ir.Value


def _part(parted: PartedChoices, loop: ir.Operation, choice: ir.Operation) -> None:
    boundary = _boundary(choice)
    if boundary is None or not defined_inside(boundary.argument, loop):
        return
    halves = ((boundary.above, arith.maxnumf), (boundary.below, arith.minnumf))
    if any(_at(side, boundary, loop) != 0 for side, _ in halves):
        return
    made: list[ir.Operation] = []
    with ir.InsertionPoint(choice), choice.location:
        values = [_clamped(side, boundary, clamp, made) for side, clamp in halves if number_of(side) is None]
        if len(values) > 1:
            made.append(arith.addf(*values).owner.operation)
            values = [made[-1].results[0]]
    if values:
        parted.replace(choice, values[0], made)


def _boundary(choice: ir.Operation) -> _Boundary | None:
    yes, no = _sides(choice)
    comparison = defining(choice.operands[0])
    if comparison is None or comparison.name != "arith.cmpf":
        return None
    predicate = ir.IntegerAttr(comparison.attributes["predicate"]).value
    if predicate in OPPOSITES:
        predicate, yes, no = OPPOSITES[predicate], no, yes
    left, right = comparison.operands
    if number_of(left) is not None:
        left, right, predicate = right, left, TURNED.get(predicate, predicate)
    if number_of(right) is None or left.type != choice.results[0].type or predicate not in (OGT, OGE, OLT, OLE):
        return None
    above, below = (yes, no) if predicate in (OGT, OGE) else (no, yes)
    return _Boundary(choice, left, right, above, below)


def _at(value: ir.Value, boundary: _Boundary, loop: ir.Operation) -> float | str | None:
    """A side at the boundary: a number, `SOME` where it is finite at least, None where that is not known."""
    if value == boundary.argument:
        return number_of(boundary.point)
    if (number := number_of(value)) is not None:
        return number
    op = defining(value)
    if op is None or op.name == "memref.load":
        return SOME if _is_input(value) else None
    values = [_at(operand, boundary, loop) for operand in op.operands] if defined_inside(value, loop) and op.name in FOLDED else [None]
    if None in values:
        return None
    if op.name == "arith.mulf" and 0 in values:
        return 0.0
    return FOLDED[op.name](*values) if SOME not in values else None


def _is_input(value: ir.Value) -> bool:
    """Whether a float is a kernel's argument or an element of a buffer that the kernel leaves as it is: inputs are finite."""
    op = defining(value)
    if op is None:
        return value.owner.owner.operation.name == "func.func"
    function = op
    while function.name != "func.func":
        function = function.parent.operation
    base = base_buffer(op.operands[0])[0]
    return defining(base) is None and base not in effects_of(function).written()


def _clamped(side: ir.Value, boundary: _Boundary, clamp, made: list[ir.Operation]) -> ir.Value:
    """A side computed again from the argument's own half."""
    within = clamp(boundary.argument, boundary.point)
    made.append(within.owner.operation)
    known: Mapping = {boundary.argument: within}
    return _again(side, boundary.choice, known, made)


def _again(value: ir.Value, choice: ir.Operation, known: Mapping, made: list[ir.Operation]) -> ir.Value:
    if value in known:
        return known[value]
    op, within = defining(value), defined_inside(value, choice)
    if op is None or not (within or op.name in FOLDED):
        return value
    operands = [_again(operand, choice, known, made) for operand in op.operands]
    if within or operands != list(op.operands):
        made.append(clone(op, dict(zip(op.operands, operands, strict=True)), ir.InsertionPoint.current))
        value = made[-1].results[0]
    known[op.results[0]] = value
    return value


def _collect_unused(parted: PartedChoices, loop: ir.Operation) -> None:
    """The parted choices, and what only they and others of these use."""
    for op in reversed(walk(loop)) if parted.choices else ():
        idle = op in parted.choices or (is_transparent(op) and not len(op.regions) and len(op.results))
        if idle and all(_is_within(parted.unused, use.owner.operation, loop) for result in op.results for use in result.uses):
            parted.unused.add(op)


def _is_within(unused: set[ir.Operation], op: ir.Operation, loop: ir.Operation) -> bool:
    """Whether an operation is one of these or inside of one."""
    while op != loop and op not in unused:
        op = op.parent.operation
    return op != loop
