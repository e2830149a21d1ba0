"""Arrays that a `main` allocates too short for what its own launch makes the kernel access.

Its sizes and allocations are no facts for the kernel, which may be launched with others; but this launch is one of them. What the first
and the last thread access in it is evaluated, whatever the size of the arrays.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.verify.defects.array_spans import SUBSCRIPT, element_bytes
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.own_calls import own_calls, parameter_names
from xpiler.verify.defects.straight_path import StraightPath
from xpiler.verify.model.program import place_of

KIND = "bounds"


def short_allocations(module: ir.Module) -> list[SourceDefect]:
    """The first access past the end of each array in the launches of a `main`: they are definite."""
    found: dict[tuple[str, str], SourceDefect] = {}
    for call in own_calls(module):
        for last in (True, False):
            for op, values in StraightPath(module, last).of(call.function, call.arguments):
                for parameter, past in _past(op, values, call.elements):
                    found.setdefault((call.name, parameter), _defect(op, parameter, past, call.elements[parameter], call.sizes))
    return list(found.values())


def _past(op: ir.Operation, values: ScalarEvaluator, elements: dict[str, int]) -> list[tuple[str, int]]:
    """The parameter and the element past its end that a load or store accesses; empty where it stays inside, or is not told."""
    buffer, *subscripts = list(op.operands)[SUBSCRIPT[op.name] :] if op.name in SUBSCRIPT else (None, None)
    if buffer is None or len(subscripts) != 1:
        return []
    try:
        at, element = int(values(subscripts[0])) * element_bytes(buffer), element_bytes(buffer)
        while not isinstance(buffer.owner, ir.Block) and buffer.owner.name == "xpiler.view":
            buffer, offset = buffer.owner.operands
            at += int(values(offset)) * element_bytes(buffer)
    except (Unsupported, ZeroDivisionError, KeyError):
        return []
    kernel = buffer.owner.owner.operation if isinstance(buffer.owner, ir.Block) else None
    if kernel is None or "xpiler.kernel" not in kernel.attributes:
        return []
    parameter = parameter_names(kernel)[buffer.arg_number]
    is_past = parameter in elements and (at < 0 or at + element > elements[parameter] * element_bytes(buffer))
    return [(parameter, at // element_bytes(buffer))] if is_past else []


def _defect(op: ir.Operation, parameter: str, past: int, allocated: int, sizes: Sizes) -> SourceDefect:
    message = f"this accesses element {past} of '{parameter}', for which {allocated} are allocated"
    return SourceDefect(KIND, message, placed(place_of(op)), sizes, is_definite=True)
