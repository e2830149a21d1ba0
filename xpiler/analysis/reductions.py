"""Reductions: loops that fold terms into accumulators by an operator that may be reordered.

Integer operators are exact in any order; float sums and products may be reassociated by the project's rules for reals.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith

from xpiler.analysis.effects import defining, is_pure

# operator -> its identity, as a number ("lowest"/"highest" of the type)
IDENTITIES: dict[str, float | str] = {
    "arith.addf": 0.0,
    "arith.mulf": 1.0,
    "arith.maximumf": float("-inf"),
    "arith.maxnumf": float("-inf"),
    "arith.minimumf": float("inf"),
    "arith.minnumf": float("inf"),
    "arith.addi": 0,
    "arith.muli": 1,
    "arith.andi": -1,
    "arith.ori": 0,
    "arith.xori": 0,
    "arith.maxsi": "lowest",
    "arith.minsi": "highest",
    "arith.maxui": 0,
    "arith.minui": -1,
}
IDEMPOTENT = {name for name in IDENTITIES if "max" in name or "min" in name} | {"arith.andi", "arith.ori"}

# what a reader calls the result of folding with an operator
FOLD_WORDS = {
    "arith.addf": "sum",
    "arith.addi": "sum",
    "arith.mulf": "product",
    "arith.maxnumf": "peak",
    "arith.maximumf": "peak",
    "arith.maxsi": "peak",
    "arith.minnumf": "lowest",
    "arith.minimumf": "lowest",
    "arith.minsi": "lowest",
}


@dataclass(frozen=True)
class Fold:
    """One accumulator of a loop: the operator that folds into it, or None where it is no reduction."""

    index: int
    operator: str | None


def folds_of(loop: ir.Operation) -> list[Fold]:
    """What each iter_arg of an scf.for is: the operator it is folded by."""
    block = loop.regions[0].blocks[0]
    yields = list(list(block.operations)[-1].operation.operands)
    return [Fold(i, fold_operator(block.arguments[i + 1], yields[i]) if _used_once(yields[i]) else None) for i in range(len(yields))]


def _used_once(value: ir.Value) -> bool:
    """Whether nothing looks at a partial result, as a prefix sum or a running maximum does."""
    return len(list(value.uses)) == 1


def is_reduction(loop: ir.Operation) -> bool:
    """Whether an scf.for has accumulators, each folded by a known operator, and writes no memory."""
    return loop.name == "scf.for" and len(loop.results) > 0 and all(f.operator for f in folds_of(loop)) and is_pure(loop)


def fold_operator(accumulator: ir.Value, result: ir.Value) -> str | None:
    """The operator by which `result` folds terms into `accumulator`, which nothing else may read."""
    op = defining(result)
    uses = [use.owner.operation for use in accumulator.uses]
    if op is None or len(uses) == 0:
        return None
    if op.name in IDENTITIES and _single(uses, op):
        return op.name
    chained = _chained(accumulator, op)
    if chained is not None:
        return chained
    if op.name == "scf.if":
        return _fold_through_if(accumulator, result, op)
    if op.name == "arith.select" and accumulator in list(op.operands)[1:]:
        return _fold_through_select(accumulator, op)
    if op.name == "scf.for":
        return _fold_through_for(accumulator, result, op)
    return None


def _single(uses: list[ir.Operation], op: ir.Operation) -> bool:
    return len(uses) == 1 and uses[0] == op and next(iter(op.operands)) != list(op.operands)[1]


def _chained(accumulator: ir.Value, op: ir.Operation) -> str | None:
    """`(acc + a) + b`: one operator several times."""
    if op.name not in IDENTITIES:
        return None
    for operand in op.operands:
        inner = defining(operand)
        single_use = inner is not None and len(list(operand.uses)) == 1
        if single_use and fold_operator(accumulator, operand) == op.name:
            return op.name
    return None


def _fold_through_if(accumulator: ir.Value, result: ir.Value, op: ir.Operation) -> str | None:
    position = list(op.results).index(result)
    branches = [list(list(r.blocks[0].operations)[-1].operation.operands)[position] for r in op.regions if len(r.blocks)]
    if len(branches) != 2 or accumulator not in branches:
        return None
    other = branches[1] if branches[0] == accumulator else branches[0]
    return _fold_except_yields(accumulator, other, op)


def _fold_through_select(accumulator: ir.Value, op: ir.Operation) -> str | None:
    values = list(op.operands)[1:]
    other = values[1] if values[0] == accumulator else values[0]
    inner = defining(other)
    uses = [use.owner.operation for use in accumulator.uses]
    if inner is None or inner.name not in IDENTITIES or accumulator not in list(inner.operands):
        return None
    return inner.name if len(uses) == 2 and all(u in (op, inner) for u in uses) and _used_once(other) else None


def _fold_except_yields(accumulator: ir.Value, other: ir.Value, op: ir.Operation) -> str | None:
    """The fold of one branch, where the other branch passes the accumulator on."""
    inner = defining(other)
    uses = [use.owner.operation for use in accumulator.uses]
    working = [u for u in uses if not (u.name == "scf.yield" and u.parent.operation == op)]
    if len(uses) - len(working) != 1 or inner is None or len(working) != 1 or not _used_once(other):
        return None
    if inner.name in IDENTITIES and working[0] == inner:
        return inner.name
    if inner.name == "scf.for" and working[0] == inner:
        return _fold_through_for(accumulator, other, inner)
    return None


def _fold_through_for(accumulator: ir.Value, result: ir.Value, op: ir.Operation) -> str | None:
    position = list(op.results).index(result)
    uses = [use.owner.operation for use in accumulator.uses]
    if list(op.operands)[3 + position] != accumulator or len(uses) != 1:
        return None
    return folds_of(op)[position].operator


def identity(operator: str, kind: ir.Type) -> ir.Value:
    """The neutral element of an operator as a constant at the current insertion point."""
    return arith.constant(kind, identity_number(operator, kind))


def identity_number(operator: str, kind: ir.Type) -> float | int:
    """The neutral element of an operator in a type."""
    number = IDENTITIES[operator]
    if number in ("lowest", "highest"):
        width = kind.width if isinstance(kind, ir.IntegerType) else 64
        return -(1 << (width - 1)) if number == "lowest" else (1 << (width - 1)) - 1
    return number


def is_identity(value: ir.Value, operator: str) -> bool:
    """Whether a value is a constant that the operator ignores (0.0 counts for sums, as reals)."""
    op = defining(value)
    if op is None or op.name != "arith.constant":
        return False
    attribute = op.attributes["value"]
    if not isinstance(attribute, ir.FloatAttr | ir.IntegerAttr):
        return False
    number = identity_number(operator, value.type)
    if isinstance(attribute, ir.IntegerAttr):
        width = value.type.width if isinstance(value.type, ir.IntegerType) else 64
        return (attribute.value - number) % (1 << width) == 0
    return attribute.value == number
