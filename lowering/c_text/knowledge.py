"""What holds inside a loop or a guard: the bounds of values it compared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.expression import Expr

Bounds = dict[ir.Value, tuple[int | None, int | None]]
_LESS, _GREATER = 2, 4  # slt, sgt


@contextmanager
def knowing(body: Body, bounds: Bounds) -> Iterator[None]:
    """Narrows the bounds of integer values inside a scope."""
    saved = {value: body.values[value] for value in bounds if value in body.values}
    for value, (low, high) in bounds.items():
        narrow(body, value, low, high)
    try:
        yield
    finally:
        body.values.update(saved)


def narrow(body: Body, value: ir.Value, low: int | None, high: int | None) -> None:
    """Narrows the bounds of a value from here on; a constant or a mutable variable has none to narrow."""
    expr = body.values.get(value)
    if isinstance(expr, Expr) and expr.ctype.is_integer and not expr.variables:
        low, high = (expr.low if low is None else low), (expr.high if high is None else high)
        if max(low, expr.low) <= min(high, expr.high):
            body.values[value] = expr.bounded(low, high)


def implied(body: Body, condition: ir.Value) -> Bounds:
    """What a condition says about the values it compares: `a < b` bounds both, a conjunction says what its parts say."""
    if isinstance(condition.owner, ir.Block):
        return {}
    op = condition.owner.operation
    if op.name == "arith.andi":
        return {**implied(body, op.operands[0]), **implied(body, op.operands[1])}
    if op.name != "arith.cmpi":
        return {}
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate not in (_LESS, _GREATER):
        return {}
    small, large = list(op.operands) if predicate == _LESS else reversed(list(op.operands))
    known = [body.values.get(v) for v in (small, large)]
    if not all(isinstance(e, Expr) and e.ctype.is_integer for e in known):
        return {}
    return {small: (None, known[1].high - 1), large: (known[0].low + 1, None)}
