"""Tests of pointers for null: the model knows the pointers that programs access, which are not null, and says so."""

from __future__ import annotations

from mlir import ir

SOME_ADDRESS = 1 << 20  # any number but zero


def only_tested_for_null(op: ir.Operation) -> bool:
    """Whether an address is only compared with zero."""
    uses = [use.owner.operation for result in op.results for use in result.uses]
    return all(_is_test(use) or (use.name == "arith.index_cast" and only_tested_for_null(use)) for use in uses)


def _is_test(op: ir.Operation) -> bool:
    if op.name != "arith.cmpi" or ir.IntegerAttr(op.attributes["predicate"]).value not in (0, 1):  # eq, ne
        return False
    return any(_is_zero(operand) for operand in op.operands)


def _is_zero(value: ir.Value) -> bool:
    if isinstance(value.owner, ir.Block) or value.owner.operation.name != "arith.constant":
        return False
    return ir.IntegerAttr(value.owner.operation.attributes["value"]).value == 0
