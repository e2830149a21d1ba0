"""Integer operations on one number a lane, as the IR defines them for the width of their type.

Plain lists: a block has at most some thousand lanes, and loading numpy takes longer than all that is done with them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from mlir import ir


class Numbers(list):
    """An integer a lane, in the signed range of its type."""

    @staticmethod
    def uniform(number: int, count: int) -> Numbers:
        """The same number in every lane."""
        return Numbers([number] * count)

    def common(self) -> int | None:
        """The number that every lane has, if there is one."""
        return self[0] if self.count(self[0]) == len(self) else None


def evaluate(op: ir.Operation, operands: list[list | None]) -> Numbers | None:
    """The result of an integer operation in each lane; None where an operand is not known or the operation is not one."""
    known = [v for v in operands if isinstance(v, Numbers)]
    if len(known) != len(operands):
        return None
    if op.name == "arith.cmpi":
        return _compared(op, *known)
    rule = operator.neg if _widens_a_signed_bit(op) else _RULES.get(op.name)
    values = None if rule is None else [rule(*lane) for lane in zip(*known, strict=True)]
    return None if values is None or None in values else _wrapped(values, op.results[0].type)


def _compared(op: ir.Operation, a: Numbers, b: Numbers) -> Numbers:
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    keep = -1
    if predicate >= 6:
        predicate, keep = predicate - 4, (1 << _width(op.operands[0].type)) - 1
    relation = _RELATIONS[predicate]
    return Numbers(int(relation(x & keep, y & keep)) for x, y in zip(a, b, strict=True))


def _widens_a_signed_bit(op: ir.Operation) -> bool:
    """Whether a true i1, a 1 here, becomes -1."""
    return op.name in ("arith.extsi", "arith.index_cast") and _width(op.operands[0].type) == 1


def _width(kind: ir.Type) -> int:
    return kind.width if isinstance(kind, ir.IntegerType) else 64


def _wrapped(values: list[int], kind: ir.Type) -> Numbers:
    """The numbers in the signed range of their type (an i1 is 0 or 1)."""
    width = _width(kind)
    if width == 1:
        return Numbers(v & 1 for v in values)
    half = 1 << (width - 1)
    if -half <= min(values) and max(values) < half:
        return Numbers(values)
    return Numbers(((v + half) & ((1 << width) - 1)) - half for v in values)


def _floor_quotient(a: int, b: int) -> int | None:
    return a // b if b else None


def _quotient(a: int, b: int) -> int | None:
    return a // b if a >= 0 and b > 0 else None


def _remainder(a: int, b: int) -> int | None:
    return a % b if a >= 0 and b > 0 else None


def _ceiling_quotient(a: int, b: int) -> int | None:
    return -(-a // b) if b > 0 else None


def _shifted_left(a: int, b: int) -> int | None:
    return a << b if 0 <= b <= 62 else None


def _shifted_right(a: int, b: int) -> int | None:
    return a >> b if a >= 0 and 0 <= b <= 62 else None


def _same(a: int) -> int:
    return a


def _same_if_positive(a: int) -> int | None:
    return a if a >= 0 else None


_RELATIONS = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)

_RULES: dict[str, Callable[..., int | None]] = {
    "arith.addi": operator.add,
    "arith.subi": operator.sub,
    "arith.muli": operator.mul,
    "arith.divsi": _quotient,
    "arith.divui": _quotient,
    "arith.floordivsi": _floor_quotient,
    "arith.ceildivsi": _ceiling_quotient,
    "arith.ceildivui": _ceiling_quotient,
    "arith.remsi": _remainder,
    "arith.remui": _remainder,
    "arith.andi": operator.and_,
    "arith.ori": operator.or_,
    "arith.xori": operator.xor,
    "arith.shli": _shifted_left,
    "arith.shrsi": _shifted_right,
    "arith.shrui": _shifted_right,
    "arith.minsi": min,
    "arith.maxsi": max,
    "arith.index_cast": _same,
    "arith.index_castui": _same_if_positive,
    "arith.extsi": _same,
    "arith.extui": _same_if_positive,
    "arith.trunci": _same,
}
