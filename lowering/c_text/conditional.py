"""Conditions: negation, and conditionals short enough for `a ? b : c`."""

from __future__ import annotations

from dataclasses import replace

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.buffer import Buffer
from xpiler.lowering.c_text.ctype import BOOL
from xpiler.lowering.c_text.expression import Expr, infix, prefix, ternary
from xpiler.lowering.c_text.uses import owners

_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
_LONGEST = 80
_SIMPLE = ("arith.", "math.", "memref.load", "xpiler.view", "vector.load", "memref.collapse_shape")


def negated(condition: Expr) -> Expr:
    """`!condition`; comparisons of integers turn around (those of floats must not: NaN)."""
    symbol, a, b = condition.parts or ("", None, None)
    if symbol in _OPPOSITE and (a.ctype.is_integer or symbol in ("==", "!=")):
        return replace(infix(_OPPOSITE[symbol], a, b, BOOL, 0, 1), impure=condition.impure)
    if condition.text.startswith("!") and condition.parts is None and " " not in condition.text:
        return replace(condition, text=condition.text[1:])
    return prefix("!", condition, BOOL, 0, 1)


def as_ternary(body: Body, op: ir.Operation, blocks: list[ir.Block]) -> Expr | None:
    """A conditional with one result and sides that are one expression each, as `a ? b : c`; None where that is not so."""
    if len(blocks) != 2 or not all(_is_expression(b) for b in blocks):
        return None
    if any(v in body.pending for b in blocks for o in b.operations for v in o.operation.operands):
        return None
    condition = body.values.get(op.operands[0]) or body.pending.get(op.operands[0])
    sides = [_side(body, b) for b in blocks]
    if any(s is None for s in sides) or len(condition.text) + sum(len(s.text) for s in sides) > _LONGEST:
        return None
    body.pending.pop(op.operands[0], None)
    ctype = body.variable_type(op.results[0], sides[0])
    return ternary(condition, *sides, ctype)


def _is_expression(block: ir.Block) -> bool:
    operations = [o.operation for o in block.operations][:-1]
    return (
        all(o.name.startswith(_SIMPLE) and len(o.results) == 1 and len(owners(o.results[0])) <= 1 for o in operations)
        and len(operations) < 16
    )


def _side(body: Body, block: ir.Block) -> Expr | None:
    """The expression of a side, computed without writing anything."""
    saved = dict(body.values)
    lines = len(body.lines)
    *operations, end = [o.operation for o in block.operations]
    for inner in operations:
        written = body.handlers[inner.name](body, inner)
        if not isinstance(written, (Expr, Buffer)):
            return None
        body.values[inner.results[0]] = written
    expr = body.value(end.operands[0])
    body.values = saved
    return expr if isinstance(expr, Expr) and len(body.lines) == lines else None
