"""Float parameters that a text compares with constants: runs pass them on both sides, and exactly there (`if (beta == 0.0f)`)."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify.calls import arguments_of, functions_beside, parameter_behind

CHANGES = frozenset({"arith.extf", "arith.truncf"})  # of the type alone
APART = 0.5  # from a constant, on either side


def thresholds(function: ir.Operation) -> dict[int, tuple[float, ...]]:
    """The positions of such parameters of a function, each with values that tell."""
    named = functions_beside(function)
    found = {}
    for argument in arguments_of(function):
        if isinstance(argument.type, ir.FloatType):
            constants = sorted(set(_compared(argument, named, set())))
            if constants:
                found[argument.arg_number] = tuple(v for c in constants for v in (c, c + APART, c - APART))
    return found


def _compared(value: ir.Value, named: dict[str, ir.Operation], seen: set[ir.Value]) -> Iterator[float]:
    """The constants that a value is compared with, also where it is passed on."""
    if value in seen:
        return
    seen.add(value)
    for use in value.uses:
        op, position = use.owner.operation, use.operand_number
        if op.name == "arith.cmpf":
            number = _constant(op.operands[1 - position])
            if number is not None:
                yield number
        elif op.name in CHANGES:
            yield from _compared(op.results[0], named, seen)
        else:
            parameter = parameter_behind(op, position, named)
            if parameter is not None:
                yield from _compared(parameter, named, seen)


def _constant(value: ir.Value) -> float | None:
    if isinstance(value, ir.BlockArgument) or value.owner.operation.name != "arith.constant":
        return None
    attribute = value.owner.operation.attributes["value"]
    return ir.FloatAttr(attribute).value if isinstance(attribute, ir.FloatAttr) else None
