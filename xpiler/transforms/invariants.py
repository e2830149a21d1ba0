"""Floating-point arithmetic that a loop repeats on the same operands is computed once, before the loop.

Loops are joined with such values inside of them, where they are nobody's dependence; at the end they move out. Index
arithmetic stays where it is used: there it is read, and the target's compiler moves it.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.transforms.rewriting import body, content, defined_inside

LOOPS = ("scf.for", "scf.forall")
NEVER = ("arith.constant", "arith.fptosi", "arith.fptoui")  # C does not say what a number that does not fit becomes: not where nobody asked


def hoist_float_invariants(function: ir.Operation) -> None:
    """Moves them out of as many loops as they do not depend on, inner loops first."""
    for loop in reversed([op for op in walk(function) if op.name in LOOPS]):
        for op in list(content(body(loop))):
            if _is_float_arithmetic(op) and not any(defined_inside(operand, loop) for operand in op.operands):
                op.move_before(loop)


def _is_float_arithmetic(op: ir.Operation) -> bool:
    """Pure, and about floats: also a comparison of floats, and a choice between some."""
    if not op.name.startswith(("arith.", "math.")) or op.name in NEVER or len(op.results) != 1:
        return False
    return any(isinstance(value.type, ir.FloatType) for value in (*op.operands, op.results[0]))
