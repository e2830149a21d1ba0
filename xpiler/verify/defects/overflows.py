"""Signed arithmetic that overflows in a launch of constant sizes: `r * cols` for the last of 65535 rows of 65536 columns.

No run shows it: the arrays fit in no memory. The last iteration of the last thread computes the largest numbers; what the constants alone
decide there is evaluated. Sizes that are parameters are another matter: proofs say up to which ones they hold.
"""

from __future__ import annotations

import operator

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.defects.defect import SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.own_calls import own_calls
from xpiler.verify.defects.straight_path import StraightPath
from xpiler.verify.model.program import place_of

KIND = "overflow"
SIGNED = "nsw"
RULES = {"arith.addi": operator.add, "arith.subi": operator.sub, "arith.muli": operator.mul}
WORDS = {"arith.addi": "+", "arith.subi": "-", "arith.muli": "*"}


def overflows(module: ir.Module) -> list[SourceDefect]:
    """The first overflow in a program in platform form at sizes that are its own: it is definite."""
    for call in own_calls(module):
        for last in (True, False):
            for op, values in StraightPath(module, last).of(call.function, call.arguments):
                message = _overflow(op, values)
                if message and is_used(op):
                    return [SourceDefect(KIND, message, placed(place_of(op)), call.sizes, is_definite=True)]
    return []


def _overflow(op: ir.Operation, values: ScalarEvaluator) -> str:
    """What an operation computes that its type does not hold; "" where it does."""
    if op.name not in RULES or SIGNED not in str(op.attributes["overflowFlags"] if "overflowFlags" in op.attributes else ""):
        return ""
    try:
        one, other = (int(values(operand)) for operand in op.operands)
    except (Unsupported, ZeroDivisionError, KeyError):
        return ""
    width = op.results[0].type.width if isinstance(op.results[0].type, ir.IntegerType) else 64
    exact = RULES[op.name](one, other)
    if -(1 << (width - 1)) <= exact < 1 << (width - 1):
        return ""
    return f"{one} {WORDS[op.name]} {other} is {exact}, which {width} bits do not hold"


def is_used(op: ir.Operation) -> bool:
    """Whether more comes of a result than something to select from: `c ? a * b : 0` is computed ahead of the choice."""
    users = [use.owner.operation for result in op.results for use in result.uses]
    return any(user.name != "arith.select" and (not user.name.startswith("arith.") or is_used(user)) for user in users)
