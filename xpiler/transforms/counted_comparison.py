"""Numbers of threads that floats compare: `threadIdx.x < blockDim.x / 32.f` is `threadIdx.x * 32 < blockDim.x`.

Integers up to 2^24 are floats, and so are they divided by a power of two; the comparison is one of integers then, which loops
and guards are told by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.current_forms import forms_of
from xpiler.analysis.effects import defining
from xpiler.analysis.facts import facts_at
from xpiler.analysis.polynomial import Poly

_SIGNED = {1: 0, 2: 4, 3: 5, 4: 2, 5: 3, 6: 1, 8: 0, 9: 4, 10: 5, 11: 2, 12: 3, 13: 1}  # of cmpf's predicates, cmpi's
_LARGEST = 1 << 24
_LEAST = {"arith.sitofp": -_LARGEST, "arith.uitofp": 0}


@dataclass(frozen=True)
class _Part:
    """An integer by a power of two, and the least it may be for the float to be its number."""

    number: ir.Value
    by: int
    least: int


def compare_counts(op: ir.Operation) -> None:
    """Compares integers where floats only carried them."""
    predicate = _SIGNED.get(ir.IntegerAttr(op.attributes["predicate"]).value)
    parts = [_part(operand) for operand in op.operands]
    if predicate is None or None in parts or not all(_is_exact(op, part) for part in parts):
        return
    left, right = parts
    with ir.InsertionPoint(op), op.location:
        ours, theirs = (_times(part.number, other.by) for part, other in ((left, right), (right, left)))
        op.results[0].replace_all_uses_with(arith.cmpi(predicate, ours, theirs))


def _part(value: ir.Value) -> _Part | None:
    op = defining(value)
    if op is not None and op.name in _LEAST and str(value.type) in ("f32", "f64"):
        return _Part(op.operands[0], 1, _LEAST[op.name])
    if op is None or op.name != "arith.divf":
        return None
    divisor, inner = defining(op.operands[1]), _part(op.operands[0])
    if divisor is None or divisor.name != "arith.constant" or inner is None:
        return None
    by = ir.FloatAttr(divisor.attributes["value"]).value
    is_power = 1 <= by <= _LARGEST and math.frexp(by)[0] == 0.5
    return _Part(inner.number, inner.by * int(by), inner.least) if is_power else None


def _is_exact(op: ir.Operation, part: _Part) -> bool:
    forms = forms_of(op)
    form, facts = forms.of(part.number), facts_at(forms, op)
    return all(forms.ranges.nonneg(room, facts) for room in (Poly.constant(_LARGEST) - form, form - part.least))


def _times(number: ir.Value, by: int) -> ir.Value:
    value = number if isinstance(number.type, ir.IndexType) else arith.index_cast(ir.IndexType.get(), number)
    return value if by == 1 else arith.muli(value, arith.constant(value.type, by))
