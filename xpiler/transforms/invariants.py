"""Floating-point arithmetic that a loop repeats on the same operands is computed once, before the loop.

Loops are joined with such values inside of them, where they are nobody's dependence; at the end they move out. Index
arithmetic stays where it is used: there it is read, and the target's compiler moves it. But a quotient in C's division of
which nobody knows the sign is to index arithmetic what a parameter is: sizes are made of it, so it has to be there before them.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import defining, walk
from xpiler.transforms.rewriting import body, content, defined_inside

LOOPS = ("scf.for", "scf.forall")
NEVER = ("arith.constant", "arith.fptosi", "arith.fptoui")  # C does not say what a number that does not fit becomes: not where nobody asked


QUOTIENTS = ("arith.divsi", "arith.divui", "arith.remsi", "arith.remui")


def hoist_invariants(function: ir.Operation) -> None:
    """Moves them out of as many loops as they do not depend on, inner loops first."""
    for loop in reversed([op for op in walk(function) if op.name in LOOPS]):
        for op in list(content(body(loop))):
            if (_is_float_arithmetic(op) or _is_quotient(op)) and not any(defined_inside(operand, loop) for operand in op.operands):
                op.move_before(loop)


def _is_float_arithmetic(op: ir.Operation) -> bool:
    """Pure, and about floats: also a comparison of floats, and a choice between some."""
    if not op.name.startswith(("arith.", "math.")) or op.name in NEVER or len(op.results) != 1:
        return False
    return any(isinstance(value.type, ir.FloatType) for value in (*op.operands, op.results[0]))


def _is_quotient(op: ir.Operation) -> bool:
    """C's division, or its remainder, by a number that is not zero: it may be computed where nobody asks for it."""
    divisor = defining(op.operands[1]) if op.name in QUOTIENTS else None
    return divisor is not None and divisor.name == "arith.constant" and ir.IntegerAttr(divisor.attributes["value"]).value > 0
