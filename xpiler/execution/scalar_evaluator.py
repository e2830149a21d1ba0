"""Evaluating scalar MLIR values for concrete arguments: sizes of buffers, launch geometry.

Demand-driven: a value is computed from the operations that define it, integers by their MLIR width.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType

from mlir import ir

from xpiler.diagnostics import Unsupported

Number = int | float | bool


class ScalarEvaluator:
    """Computes values of one function; `arguments` maps the positions of its arguments to numbers."""

    def __init__(self, arguments: dict[int, Number], known: Mapping[ir.Value, Number] = MappingProxyType({})):
        self._arguments, self._known = arguments, known

    def where(self, values: Mapping[ir.Value, Number]) -> ScalarEvaluator:
        """The same where loops carry these values."""
        return ScalarEvaluator(self._arguments, {**self._known, **values})

    def __call__(self, value: ir.Value) -> Number:
        """The number `value` has.

        Raises Unsupported for an operation that is not plain scalar arithmetic, and for an argument that has no number.
        """
        if value in self._known:
            return self._known[value]
        if isinstance(value, ir.BlockArgument):
            if value.arg_number not in self._arguments or not _is_of_function(value):
                raise Unsupported("the size of a buffer depends on more than the sizes that are known")
            return self._arguments[value.arg_number]
        operation = ir.OpResult(value).owner
        operation = getattr(operation, "operation", operation)
        if operation.name == "arith.constant":
            return operation.attributes["value"].value
        if operation.name == "arith.select":
            condition, yes, no = operation.operands
            return self(yes) if self(condition) else self(no)
        if operation.name == "scf.if":
            block = operation.regions[0 if self(operation.operands[0]) else 1].blocks[0]
            return self(block.operations[len(block.operations) - 1].operands[ir.OpResult(value).result_number])
        if operation.name == "arith.cmpi":
            return _compare(operation, [self(v) for v in operation.operands])
        rule = RULES.get(operation.name)
        if rule is None:
            raise Unsupported(f"the size of a buffer depends on '{operation.name}', which is not plain scalar arithmetic")
        operands = [self(v) for v in operation.operands]
        if operation.name in UNSIGNED:
            operands = _unsigned(operation, operands)
        return _wrap(rule(*operands), value.type)


def _is_of_function(argument: ir.BlockArgument) -> bool:
    """Whether an argument is a function's, no variable of a loop."""
    return "function_type" in argument.owner.owner.attributes


def _floordiv(a: int, b: int) -> int:
    return a // b


def _truncdiv(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


RULES: dict[str, Callable[..., Number]] = {
    "arith.addi": lambda a, b: a + b,
    "arith.subi": lambda a, b: a - b,
    "arith.muli": lambda a, b: a * b,
    "arith.divsi": _truncdiv,
    "arith.remsi": lambda a, b: a - b * _truncdiv(a, b),
    "arith.divui": _floordiv,
    "arith.remui": lambda a, b: a % b,
    "arith.floordivsi": _floordiv,
    "arith.ceildivsi": lambda a, b: -(-a // b),
    "arith.ceildivui": lambda a, b: -(-a // b),
    "arith.minsi": min,
    "arith.maxsi": max,
    "arith.minui": min,
    "arith.maxui": max,
    "arith.shli": lambda a, b: a << b,
    "arith.shrsi": lambda a, b: a >> b,
    "arith.shrui": lambda a, b: a >> b,
    "arith.andi": lambda a, b: a & b,
    "arith.ori": lambda a, b: a | b,
    "arith.xori": lambda a, b: a ^ b,
    "arith.index_cast": lambda a: a,
    "arith.index_castui": lambda a: a,
    "arith.extsi": lambda a: a,
    "arith.extui": lambda a: a,
    "arith.trunci": lambda a: a,
}

UNSIGNED = {
    "arith.divui",
    "arith.remui",
    "arith.minui",
    "arith.maxui",
    "arith.shrui",
    "arith.ceildivui",
    "arith.extui",
    "arith.index_castui",
}

ORDERS = (operator.lt, operator.le, operator.gt, operator.ge)
COMPARISONS: tuple[Callable[[int, int], bool], ...] = (operator.eq, operator.ne, *ORDERS, *ORDERS)  # signed, then unsigned


FIRST_UNSIGNED_PREDICATE = 6


def _unsigned(operation: ir.Operation, operands: list[Number]) -> list[Number]:
    width = _width(operation.operands[0].type)
    return [int(v) % (1 << width) for v in operands]


def _compare(operation: ir.Operation, operands: list[Number]) -> bool:
    predicate = ir.IntegerAttr(operation.attributes["predicate"]).value
    if predicate >= FIRST_UNSIGNED_PREDICATE:
        operands = _unsigned(operation, operands)
    return COMPARISONS[predicate](*operands)


def _width(kind: ir.Type) -> int:
    return ir.IntegerType(kind).width if isinstance(kind, ir.IntegerType) else 64


def _wrap(number: Number, kind: ir.Type) -> Number:
    """`number` as the two's-complement value of its type."""
    if isinstance(number, float):
        return number
    width = _width(kind)
    if width == 1:
        return bool(number & 1)
    half = 1 << (width - 1)
    return (int(number) + half) % (1 << width) - half
