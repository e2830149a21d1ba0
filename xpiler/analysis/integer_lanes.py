"""Integer operations on numpy arrays of one number a lane, as the IR defines them for the width of their type."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np
from mlir import ir

_COMPARE = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


def evaluate(op: ir.Operation, operands: list[np.ndarray | None], count: int) -> np.ndarray | None:
    """The result of an integer operation in each lane; None where an operand is not known or the operation is not one."""
    rule = _RULES.get(op.name)
    if rule is None or any(v is None or v.dtype == object for v in operands):
        return None
    if op.name == "arith.cmpi":
        return _compare(op, *operands)
    value = rule(*operands)
    return None if value is None else _wrapped(value, op.results[0].type)


def _compare(op: ir.Operation, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    if predicate >= 6:
        a, b, predicate = a.astype(np.uint64), b.astype(np.uint64), predicate - 4
        if isinstance(op.operands[0].type, ir.IntegerType) and op.operands[0].type.width < 64:
            keep = np.uint64((1 << op.operands[0].type.width) - 1)
            a, b = a & keep, b & keep
    return _COMPARE[predicate](a, b).astype(np.int64)


def _wrapped(value: np.ndarray, kind: ir.Type) -> np.ndarray:
    """The number in the signed range of its type (an i1 is 0 or 1)."""
    value = value.astype(np.int64)
    if not isinstance(kind, ir.IntegerType) or kind.width >= 64:
        return value
    if kind.width == 1:
        return value & 1
    half = 1 << (kind.width - 1)
    return ((value + half) & ((1 << kind.width) - 1)) - half


def _divide(floor: bool, remainder: bool) -> Callable:
    def rule(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
        if (b == 0).any() or (((a < 0) | (b < 0)).any() and not floor):
            return None
        return a % b if remainder else a // b

    return rule


def _ceil_divide(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    return None if (b <= 0).any() else -(-a // b)


def _shift(left: bool) -> Callable:
    def rule(a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
        if (b < 0).any() or (b > 62).any() or (not left and (a < 0).any()):
            return None
        return a << b if left else a >> b

    return rule


def _least(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.minimum(a, b)


def _greatest(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.maximum(a, b)


def _same(a: np.ndarray) -> np.ndarray:
    return a


def _unsigned_extension(a: np.ndarray) -> np.ndarray | None:
    return None if (a < 0).any() else a


_RULES: dict[str, Callable] = {
    "arith.addi": operator.add,
    "arith.subi": operator.sub,
    "arith.muli": operator.mul,
    "arith.divsi": _divide(floor=False, remainder=False),
    "arith.divui": _divide(floor=False, remainder=False),
    "arith.floordivsi": _divide(floor=True, remainder=False),
    "arith.ceildivsi": _ceil_divide,
    "arith.ceildivui": _ceil_divide,
    "arith.remsi": _divide(floor=False, remainder=True),
    "arith.remui": _divide(floor=False, remainder=True),
    "arith.andi": operator.and_,
    "arith.ori": operator.or_,
    "arith.xori": operator.xor,
    "arith.shli": _shift(left=True),
    "arith.shrsi": _shift(left=False),
    "arith.shrui": _shift(left=False),
    "arith.minsi": _least,
    "arith.maxsi": _greatest,
    "arith.cmpi": operator.eq,
    "arith.index_cast": _same,
    "arith.index_castui": _unsigned_extension,
    "arith.extsi": _same,
    "arith.extui": _unsigned_extension,
    "arith.trunci": _same,
}
