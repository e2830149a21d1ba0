"""Extents from the launcher: a pointer parameter has as many elements as the launcher allocates for it.

The element count is host arithmetic, often in `size_t` and divided by an element's bytes. It is copied into the kernel
as index arithmetic: an allocation whose size wraps around could not hold what the kernel accesses.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.launcher_slice import NotPassed, call_arguments, find_launches
from xpiler.raising.structure import constant_value, definition, entry, operations

CASTS = frozenset({"arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.trunci"})
SUMS = frozenset({"arith.addi", "arith.subi", "arith.muli"})
DIVISIONS = frozenset({"arith.divsi", "arith.divui", "arith.floordivsi"})


def state_allocated_extents(module: ir.Module, kernel: ir.Operation) -> None:
    """An `xpiler.extent` at the kernel's top for each pointer parameter whose allocation a launcher shows."""
    stated = stated_extents(kernel)
    top = ir.InsertionPoint(operations(entry(kernel))[0])
    for launch in find_launches(module, kernel):
        for parameter, argument in zip(entry(kernel).arguments, call_arguments(launch), strict=True):
            allocation = definition(argument)
            if parameter in stated or allocation is None or allocation.name != "xpiler.alloc":
                continue
            emit = EmissionPoint(top, ir.Location.unknown())  # numbers of the kernel's own keep their names and places
            try:
                elements = _Elements(launch, kernel, emit).index(allocation.operands[0])
            except NotPassed:
                continue
            EmissionPoint(top, allocation.location).op("xpiler.extent", [], [parameter, elements])
            stated.add(parameter)


def stated_extents(kernel: ir.Operation) -> set[ir.Value]:
    """The parameters whose extent the kernel states."""
    return {op.operands[0] for op in operations(entry(kernel)) if op.name == "xpiler.extent"}


class _Elements:
    """Host arithmetic copied as index arithmetic."""

    def __init__(self, launch: ir.Operation, kernel: ir.Operation, emit: EmissionPoint):
        self.parameters = dict(zip(call_arguments(launch), entry(kernel).arguments, strict=True))
        self.emit = emit

    def index(self, value: ir.Value) -> ir.Value:
        """A host integer as an index of the kernel."""
        if value in self.parameters:
            return self.emit.cast(self.parameters[value], self.emit.index)
        constant, op = constant_value(value), definition(value)
        if constant is not None:
            return self.emit.constant(constant)
        if op is None:
            raise NotPassed(value)
        if op.name in CASTS:
            return self.index(op.operands[0])
        if op.name in SUMS:
            return self._sum(op)
        if op.name in DIVISIONS:
            return self._quotient(op)
        if op.name in ("arith.minsi", "arith.maxsi"):
            return self.emit.value(op.name, self.emit.index, *(self.index(operand) for operand in op.operands))
        raise NotPassed(value)

    def _sum(self, op: ir.Operation) -> ir.Value:
        combine = {"arith.addi": self.emit.add, "arith.subi": self.emit.sub, "arith.muli": self.emit.mul}[op.name]
        return combine(*(self.index(operand) for operand in op.operands))

    def _quotient(self, op: ir.Operation) -> ir.Value:
        """Bytes divided by the bytes of an element are the elements."""
        divisor = constant_value(op.operands[1])
        counted = self._without_factor(op.operands[0], divisor) if divisor else None
        if counted is not None:
            return counted
        return self.emit.value("arith.floordivsi", self.emit.index, *(self.index(operand) for operand in op.operands))

    def _without_factor(self, value: ir.Value, factor: int) -> ir.Value | None:
        """`value / factor` where a constant factor of the product `value` is a multiple of it."""
        constant, op = constant_value(value), definition(value)
        if constant is not None:
            return self.emit.constant(constant // factor) if constant % factor == 0 else None
        if op is None or value in self.parameters:
            return None
        if op.name in CASTS:
            return self._without_factor(op.operands[0], factor)
        if op.name != "arith.muli":
            return None
        for one, other in (tuple(op.operands), tuple(op.operands)[::-1]):
            rest = self._without_factor(one, factor)
            if rest is not None:
                return self.emit.mul(rest, self.index(other))
        return None
