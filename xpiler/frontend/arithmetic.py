"""C's operators on values that already have the common type."""

from __future__ import annotations

from clang.cindex import BinaryOperator as Op
from mlir import ir

from xpiler.frontend.builder import Builder, constant_of
from xpiler.frontend.c_types import CType, Float, Int, Vector, scalar_of
from xpiler.frontend.conversions import predicate

INT_OPS = {Op.Add: "addi", Op.Sub: "subi", Op.Mul: "muli", Op.And: "andi", Op.Or: "ori", Op.Xor: "xori", Op.Shl: "shli"}
SIGNED_OPS = {Op.Div: "divsi", Op.Rem: "remsi", Op.Shr: "shrsi"}
UNSIGNED_OPS = {Op.Div: "divui", Op.Rem: "remui", Op.Shr: "shrui"}
FLOAT_OPS = {Op.Add: "addf", Op.Sub: "subf", Op.Mul: "mulf", Op.Div: "divf"}
WRAPPING = {Op.Add, Op.Sub, Op.Mul}

INT_COMPARISONS = {Op.EQ: (0, 0), Op.NE: (1, 1), Op.LT: (2, 6), Op.LE: (3, 7), Op.GT: (4, 8), Op.GE: (5, 9)}  # (signed, unsigned)
FLOAT_COMPARISONS = {Op.EQ: 1, Op.GT: 2, Op.GE: 3, Op.LT: 4, Op.LE: 5, Op.NE: 13}
INVERTED_INT = {0: 1, 1: 0, 2: 5, 5: 2, 3: 4, 4: 3, 6: 9, 9: 6, 7: 8, 8: 7}

COMPOUND = {
    Op.AddAssign: Op.Add,
    Op.SubAssign: Op.Sub,
    Op.MulAssign: Op.Mul,
    Op.DivAssign: Op.Div,
    Op.RemAssign: Op.Rem,
    Op.AndAssign: Op.And,
    Op.OrAssign: Op.Or,
    Op.XorAssign: Op.Xor,
    Op.ShlAssign: Op.Shl,
    Op.ShrAssign: Op.Shr,
}
COMPARISONS = set(INT_COMPARISONS)
SHIFTS = {Op.Shl, Op.Shr}


def no_signed_wrap() -> dict[str, ir.Attribute]:
    """The flag of signed arithmetic, whose overflow is undefined in C."""
    return {"overflowFlags": ir.Attribute.parse("#arith.overflow<nsw>")}


def combine(builder: Builder, operator: Op, left: ir.Value, right: ir.Value, ctype: CType) -> ir.Value:
    """`left operator right` in one type, which is also the result's."""
    scalar = scalar_of(ctype) if isinstance(ctype, Vector) else ctype
    if isinstance(scalar, Float):
        return builder.value(f"arith.{FLOAT_OPS[operator]}", [left, right], left.type)
    signed = isinstance(scalar, Int) and scalar.signed
    if operator in INT_OPS:
        flags = no_signed_wrap() if signed and operator in WRAPPING else None
        return builder.value(f"arith.{INT_OPS[operator]}", [left, right], left.type, flags)
    names = SIGNED_OPS if signed else UNSIGNED_OPS
    return builder.value(f"arith.{names[operator]}", [left, right], left.type)


def compare(builder: Builder, operator: Op, left: ir.Value, right: ir.Value, ctype: CType) -> ir.Value:
    """A comparison of two values of one scalar type, as i1."""
    boolean = ir.IntegerType.get_signless(1)
    if isinstance(ctype, Float):
        return builder.value("arith.cmpf", [left, right], boolean, predicate(FLOAT_COMPARISONS[operator]))
    signed = isinstance(ctype, Int) and ctype.signed
    known = (constant_of(left), constant_of(right))
    if None not in known:
        return builder.boolean(_holds(operator, *known, signed, ctype))  # type: ignore[arg-type]
    return builder.value("arith.cmpi", [left, right], boolean, predicate(INT_COMPARISONS[operator][0 if signed else 1]))


def _holds(operator: Op, left: int, right: int, signed: bool, ctype: CType) -> bool:
    if not signed:
        mask = (1 << ctype.bits) - 1  # type: ignore[attr-defined]
        left, right = left & mask, right & mask
    outcomes = {
        Op.EQ: left == right,
        Op.NE: left != right,
        Op.LT: left < right,
        Op.LE: left <= right,
        Op.GT: left > right,
        Op.GE: left >= right,
    }
    return outcomes[operator]


def negate(builder: Builder, condition: ir.Value) -> ir.Value:
    """The opposite of a condition; an integer comparison is turned round."""
    known = constant_of(condition)
    if known is not None:
        return builder.boolean(not known)
    owner = condition.owner
    if not isinstance(owner, ir.Block):
        operation = owner.operation
        if operation.name == "arith.cmpi":
            kind = ir.IntegerAttr(operation.attributes["predicate"]).value
            return builder.value("arith.cmpi", list(operation.operands), condition.type, predicate(INVERTED_INT[kind]))
        if operation.name == "arith.xori" and constant_of(operation.operands[1]) == 1:
            return operation.operands[0]
    return builder.value("arith.xori", [condition, builder.boolean(True)], condition.type)


def conjunction(builder: Builder, left: ir.Value, right: ir.Value) -> ir.Value:
    """`left and right` of two conditions without poison."""
    return _fold_logic(builder, "arith.andi", left, right, neutral=1)


def disjunction(builder: Builder, left: ir.Value, right: ir.Value) -> ir.Value:
    """`left or right` of two conditions without poison."""
    return _fold_logic(builder, "arith.ori", left, right, neutral=0)


def _fold_logic(builder: Builder, name: str, left: ir.Value, right: ir.Value, neutral: int) -> ir.Value:
    for one, other in ((left, right), (right, left)):
        known = constant_of(one)
        if known is not None:
            return other if known == neutral else one
    return builder.value(name, [left, right], left.type)
