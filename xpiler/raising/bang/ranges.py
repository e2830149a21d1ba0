"""Intervals of integer values, from constants, loop bounds, minima and remainders; parameters are unknown."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.structure import constant_value, definition

UNKNOWN = (-math.inf, math.inf)
Interval = tuple[float, float]
CASTS = ("arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci")


@dataclass
class Ranges:
    """Intervals, each computed once."""

    known: dict[ir.Value, Interval] = field(default_factory=dict)

    def of(self, value: ir.Value) -> Interval:
        """The least and the greatest number `value` can be; infinities where nothing is known."""
        if value not in self.known:
            self.known[value] = UNKNOWN  # a cycle through a loop stays unknown
            self.known[value] = self._computed(value)
        return self.known[value]

    def number(self, value: ir.Value) -> int | None:
        """The one number `value` can be, where arithmetic on constants tells."""
        low, high = self.of(value)
        return int(low) if low == high else None

    def _computed(self, value: ir.Value) -> Interval:
        constant = constant_value(value)
        if constant is not None:
            return constant, constant
        op = definition(value)
        if op is None:
            return self._variable(value)
        if op.name in CASTS and isinstance(op.operands[0].type, (ir.IntegerType, ir.IndexType)):
            return _cast(op, self.of(op.operands[0]))
        if op.name == "arith.select":
            return _union(self.of(op.operands[1]), self.of(op.operands[2]))
        rule = _RULES.get(op.name)
        if rule is None:
            return UNKNOWN
        if op.name == "arith.subi" and op.operands[0] == op.operands[1]:
            return 0, 0
        return rule(self.of(op.operands[0]), self.of(op.operands[1]))

    def _variable(self, value: ir.Value) -> Interval:
        """The variable of a loop lies between its bounds."""
        block = value.owner
        loop = block.owner.operation
        if loop.name == "scf.forall":
            return 0, self._forall_extent(loop, value.arg_number) - 1
        if loop.name == "scf.for" and value.arg_number == 0:
            return self.of(loop.operands[0])[0], self.of(loop.operands[1])[1] - 1
        return UNKNOWN

    def _forall_extent(self, loop: ir.Operation, dimension: int) -> float:
        static = list(ir.DenseI64ArrayAttr(loop.attributes["staticUpperBound"]))
        if static[dimension] != ir.ShapedType.get_dynamic_size():
            return static[dimension]
        dynamic = sum(1 for size in static[:dimension] if size == ir.ShapedType.get_dynamic_size())
        return self.of(loop.operands[dynamic])[1]


def _cast(op: ir.Operation, source: Interval) -> Interval:
    """A cast keeps a number that both types hold."""
    if op.name in ("arith.extui", "arith.index_castui"):
        return source if source[0] >= 0 else UNKNOWN
    if op.name == "arith.trunci":
        limit = 2 ** (op.results[0].type.width - 1)
        return source if -limit <= source[0] and source[1] < limit else UNKNOWN
    return source


def _union(a: Interval, b: Interval) -> Interval:
    return min(a[0], b[0]), max(a[1], b[1])


def _sum(a: Interval, b: Interval) -> Interval:
    return a[0] + b[0], a[1] + b[1]


def _difference(a: Interval, b: Interval) -> Interval:
    return a[0] - b[1], a[1] - b[0]


def _product(a: Interval, b: Interval) -> Interval:
    corners = [0.0 if 0 in (x, y) else x * y for x in a for y in b]
    return min(corners), max(corners)


def _quotient(a: Interval, b: Interval) -> Interval:
    """C's division by what is positive: towards zero."""
    if b[0] < 1:
        return UNKNOWN
    low = a[0] if a[0] < 0 else 0 if b[1] == math.inf else a[0] // b[1]
    high = 0 if a[1] < 0 else a[1] if a[1] == math.inf else a[1] // b[0]
    return low, high


def _remainder(a: Interval, b: Interval) -> Interval:
    """C's remainder by what is positive: it has the sign of the dividend."""
    if b[0] < 1:
        return UNKNOWN
    return 0 if a[0] >= 0 else max(a[0], 1 - b[1]), min(max(a[1], 0), b[1] - 1)


def _unsigned(rule):
    """A rule for numbers read as unsigned: the same for those that are not negative."""
    return lambda a, b: rule(a, b) if a[0] >= 0 and b[0] >= 0 else UNKNOWN


def _minimum(a: Interval, b: Interval) -> Interval:
    return min(a[0], b[0]), min(a[1], b[1])


def _maximum(a: Interval, b: Interval) -> Interval:
    return max(a[0], b[0]), max(a[1], b[1])


_RULES = {
    "arith.addi": _sum,
    "arith.subi": _difference,
    "arith.muli": _product,
    "arith.divsi": _quotient,
    "arith.divui": _unsigned(_quotient),
    "arith.floordivsi": _unsigned(_quotient),
    "arith.remsi": _remainder,
    "arith.remui": _unsigned(_remainder),
    "arith.minsi": _minimum,
    "arith.maxsi": _maximum,
}
