"""Unsigned arithmetic of a subscript that wraps in a launch of constant sizes: `blockIdx.z * plane + i` past 2^32.

It is no undefined behaviour as overflow is (overflows.py), but the element meant is another one. Only sums and products that go
into a subscript as they are count: numbers that are hashed, masked or divided are meant to wrap.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.overflows import RULES, SIGNED, WORDS
from xpiler.verify.defects.own_calls import own_calls
from xpiler.verify.defects.straight_path import StraightPath
from xpiler.verify.model.program import place_of

KIND = "overflow"
HINT = "compute the subscript in 64 bits; --assume-valid takes the source as it is"
STEPS = {"arith.addi", "arith.muli"}
ONWARD = STEPS | {"arith.extui", "arith.index_castui"}  # what a subscript goes through as it is
SUBSCRIPTS = {"memref.load": 1, "memref.store": 2, "vector.load": 1, "vector.store": 2, "xpiler.view": 1}  # the first one's position


def wrapped_subscripts(module: ir.Module) -> list[SourceDefect]:
    """A warning about the first subscript that wraps in a program in platform form at sizes that are its own."""
    for call in own_calls(module):
        for op, values in StraightPath(module, last=True).of(call.function, call.arguments):
            message = _wrap(op, values)
            if message and _is_subscript(op.results[0]):
                return [SourceDefect(KIND, message, placed(place_of(op)), call.sizes, hint=HINT)]
    return []


def _wrap(op: ir.Operation, values: ScalarEvaluator) -> str:
    """What unsigned arithmetic computes that its type does not hold; "" where it does."""
    if op.name not in STEPS or not isinstance(op.results[0].type, ir.IntegerType) or SIGNED in str(op.attributes.get("overflowFlags", "")):
        return ""
    width = op.results[0].type.width
    try:
        one, other = (int(values(operand)) % (1 << width) for operand in op.operands)
    except (Unsupported, ZeroDivisionError, KeyError):
        return ""
    exact = RULES[op.name](one, other)
    if exact < 1 << width or max(one, other) >> (width - 1):  # a number that is negative in the source is no size
        return ""
    return f"the unsigned {one} {WORDS[op.name]} {other} is {exact}, which wraps at {width} bits and is a subscript"


def _is_subscript(value: ir.Value) -> bool:
    for use in value.uses:
        user = use.owner.operation
        if use.operand_number >= SUBSCRIPTS.get(user.name, len(user.operands)):
            return True
        if user.name in ONWARD and _is_subscript(user.results[0]):
            return True
    return False
