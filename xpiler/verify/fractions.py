"""Float parameters that become integers (`(unsigned)(4294967295.0f * ratio)`, a threshold of a dropout): runs give them fractions.

A conversion of what the integer type does not hold has no value, and differs from compiler to compiler; the inventor of such a formula
means numbers from 0 to 1, with which it has one.
"""

from __future__ import annotations

from mlir import ir

from xpiler.verify.calls import arguments_of, functions_beside, parameter_behind

CONVERSIONS = frozenset({"arith.fptosi", "arith.fptoui"})
SCALES = frozenset(f"arith.{name}" for name in ("extf", "truncf", "mulf", "addf", "subf", "negf"))


def fractions(function: ir.Operation) -> frozenset[int]:
    """The positions of such parameters of a function."""
    named = functions_beside(function)
    floats = (argument for argument in arguments_of(function) if isinstance(argument.type, ir.FloatType))
    return frozenset(argument.arg_number for argument in floats if _becomes_an_integer(argument, named, set()))


def _becomes_an_integer(value: ir.Value, named: dict[str, ir.Operation], seen: set[ir.Value]) -> bool:
    """Whether a value, scaled or not, is converted to an integer, also where it is passed on."""
    if value in seen:
        return False
    seen.add(value)
    for use in value.uses:
        op = use.owner.operation
        if op.name in CONVERSIONS:
            return True
        parameter = (
            op.results[0] if op.name in SCALES and _is_with_constants(op, value) else parameter_behind(op, use.operand_number, named)
        )
        if parameter is not None and _becomes_an_integer(parameter, named, seen):
            return True
    return False


def _is_with_constants(op: ir.Operation, value: ir.Value) -> bool:
    """Whether all else in an operation is constant: data that is scaled by a parameter is another matter."""
    return all(operand == value or _is_constant(operand) for operand in op.operands)


def _is_constant(value: ir.Value) -> bool:
    return not isinstance(value, ir.BlockArgument) and value.owner.operation.name == "arith.constant"
