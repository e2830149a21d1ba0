"""Divisions that bounds of loops ask for, where a size may be 0.

A source divides in its loops, where there is something to do and so no size is 0. Loops over rows (`total / width`) ask for the quotient
in front of them: there the divisor is at least 1, whatever the sizes are.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, walk

_DIVISIONS = frozenset(f"arith.{name}" for name in ("divsi", "divui", "remsi", "remui", "floordivsi", "ceildivsi", "ceildivui"))
_LOOPS = ("scf.for", "scf.forall")


def divide_by_one_at_least(function: ir.Operation) -> None:
    """Raises the divisors in the bounds of a function's loops to 1, where nothing says that they are."""
    seen: set[ir.Operation] = set()
    for loop in [op for op in walk(function) if op.name in _LOOPS]:
        bounds = list(loop.operands)[:3] if loop.name == "scf.for" else list(loop.operands)
        pending = [value for value in bounds if isinstance(value.type, (ir.IndexType, ir.IntegerType))]
        while pending:
            op = defining(pending.pop())
            if op is None or op in seen or not op.name.startswith("arith."):
                continue
            seen.add(op)
            pending += op.operands
            if op.name in _DIVISIONS and not _is_positive(op.operands[1]):
                _raise_divisor(op)


def _is_positive(value: ir.Value) -> bool:
    """Whether a number is at least 1 by the way it is computed."""
    op = defining(value)
    if op is None:
        return False
    if op.name == "arith.constant":
        return ir.IntegerAttr(op.attributes["value"]).value >= 1
    if op.name == "arith.maxsi":
        return any(map(_is_positive, op.operands))
    return op.name in ("arith.minsi", "arith.muli", "arith.addi", "arith.index_cast", "arith.extsi") and all(map(_is_positive, op.operands))


def _raise_divisor(division: ir.Operation) -> None:
    divisor = division.operands[1]
    with ir.InsertionPoint(division), division.location:
        division.operands[1] = arith.maxsi(divisor, arith.constant(divisor.type, 1))
