"""Launches under a guard on a parameter: `switch (threads) { case 256: reduce<256><<<blocks, threads, threads * 4>>>(...)`.

There the parameter is a number, and what a launch is made of may be one: a kernel's phases, arrays and trees are told by numbers.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import captures, constant_value, definition, walk

EQUAL = 0  # the predicate of arith.cmpi


def tell_guarded_launches(launcher: ir.Operation) -> None:
    """Writes the numbers that a launch's operands are under the guards around it."""
    for branch in [op for op in walk(launcher) if op.name == "scf.if"]:
        told = _told(branch.operands[0])
        for block in branch.regions[0].blocks if told is not None else ():
            for op in block.operations:
                for launch in [inner for inner in walk(op.operation) if inner.name == "xpiler.launch"]:
                    _write_numbers(launch, *told)


def _told(condition: ir.Value) -> tuple[int, int] | None:
    """The number of a parameter and what it is where a condition holds."""
    comparison = definition(condition)
    if comparison is None or comparison.name != "arith.cmpi" or ir.IntegerAttr(comparison.attributes["predicate"]).value != EQUAL:
        return None
    for value, other in (tuple(comparison.operands), tuple(comparison.operands)[::-1]):
        number = constant_value(other)
        if _is_parameter(value) and number is not None:
            return value.arg_number, number
    return None


def _is_parameter(value: ir.Value) -> bool:
    return isinstance(value, ir.BlockArgument) and value.owner.owner.operation.name == "func.func"


def _is_told_by(value: ir.Value, parameter: int) -> bool:
    """Whether a value is made of one parameter alone."""
    if isinstance(value, ir.BlockArgument):
        return _is_parameter(value) and value.arg_number == parameter
    op = definition(value)
    return op is not None and all(_is_told_by(used, parameter) for used in captures(op))


def _write_numbers(launch: ir.Operation, parameter: int, number: int) -> None:
    evaluate = ScalarEvaluator({parameter: number})
    emit = EmissionPoint(ir.InsertionPoint(launch), launch.location)
    for position, operand in enumerate(launch.operands):
        if not isinstance(operand.type, ir.IntegerType) or constant_value(operand) is not None or not _is_told_by(operand, parameter):
            continue
        try:
            known = evaluate(operand)
        except (Unsupported, ZeroDivisionError):  # no plain arithmetic
            continue
        launch.operands[position] = emit.constant(int(known), operand.type)
