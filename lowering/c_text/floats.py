"""Floating-point text: literals, operands of one type, comparisons with C's treatment of NaN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.lowering.c_text.ctype import BOOL, FLOAT, CType, common, scalar_type
from xpiler.lowering.c_text.expression import PRIMARY, UNARY, Expr, infix, prefix
from xpiler.lowering.c_text.literal import float_text

if TYPE_CHECKING:
    from xpiler.lowering.c_text.body import Body

_ORDERED = {1: "==", 2: ">", 3: ">=", 4: "<", 5: "<=", 13: "!="}
_UNORDERED_AS_NEGATION = {9: "<=", 10: "<", 11: ">=", 12: ">"}


def float_type(value: ir.Value) -> CType | None:
    """The C type of a scalar float value; None for vectors."""
    return scalar_type(value.type)


def literal(body: Body, value: float, ctype: CType) -> Expr:
    """A literal of a float type; the narrow types are converted from a float literal where the language does not do it."""
    text = float_text(value, ctype)
    if text.lstrip("-") in ("INFINITY", "NAN"):
        body.file.use("INFINITY")
        if ctype.bits == 64:
            ctype = FLOAT
    rank = UNARY if text.startswith("-") else PRIMARY
    expr = Expr(text, FLOAT if ctype.bits == 16 else ctype, rank)
    return body.language.float_cast(body, expr, ctype) if ctype.bits == 16 else expr


def paired(body: Body, a: Expr, b: Expr, ctype: CType) -> tuple[Expr, Expr]:
    """Two operands that C computes with in `ctype`: one of them has it, and narrower ones widen by themselves where the language lets
    them."""
    if common(a.ctype, b.ctype) != ctype:
        a = body.language.explicit_cast(body, a, ctype)
    return tuple(body.language.operand(body, e, ctype) for e in (a, b))


def float_compare(body: Body, predicate: int, a: Expr, b: Expr) -> Expr:
    """`arith.cmpf` in C, whose relations are ordered and whose `!=` is not."""
    if predicate in _ORDERED:
        return infix(_ORDERED[predicate], a, b, BOOL, 0, 1)
    if predicate in _UNORDERED_AS_NEGATION:
        return prefix("!", infix(_UNORDERED_AS_NEGATION[predicate], a, b, BOOL, 0, 1), BOOL, 0, 1)
    if predicate in (0, 15):
        return Expr("true" if predicate else "false", BOOL, low=int(predicate > 0), high=int(predicate > 0))
    if predicate in (6, 8):
        either = infix("||", infix("<", a, b, BOOL, 0, 1), infix(">", a, b, BOOL, 0, 1), BOOL, 0, 1)
        return either if predicate == 6 else prefix("!", either, BOOL, 0, 1)
    operands = (a,) if a.text == b.text else (a, b)
    tests = [body.language.classify(body, "isnan", e) for e in operands]
    nan = tests[0] if len(tests) == 1 else infix("||", *tests, BOOL, 0, 1)
    return nan if predicate == 14 else prefix("!", nan, BOOL, 0, 1)
