"""Which loop runs along memory."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.transforms.rewriting import constant_int

_LOAD, _STORE = "memref.load", "memref.store"
_WEIGHT = {_STORE: 2, _LOAD: 1}


def contiguous_dimension(loop: ir.Operation, variables: list[ir.Value]) -> int:
    """The position of the variable that moves most accesses by one element; the last one where none does."""
    scores = [0] * len(variables)
    for op in walk(loop):
        if op.name not in _WEIGHT:
            continue
        subscripts = list(op.operands)[1 if op.name == _LOAD else 2 :]
        for position, variable in enumerate(variables):
            if subscripts and coefficient(subscripts[-1], variable) == 1:
                scores[position] += _WEIGHT[op.name]
    best = max(scores)
    return max(i for i, s in enumerate(scores) if s == best)


def coefficient(value: ir.Value, variable: ir.Value) -> int | None:
    """The factor of `variable` in index arithmetic; None where it is no constant."""
    if value == variable:
        return 1
    if isinstance(value.owner, ir.Block):
        return 0
    op = value.owner.operation
    if not len(op.operands):
        return 0
    parts = [coefficient(v, variable) for v in op.operands]
    if all(p == 0 for p in parts):
        return 0
    if op.name in ("arith.addi", "arith.subi") and None not in parts:
        return parts[0] + parts[1] if op.name == "arith.addi" else parts[0] - parts[1]
    if op.name in ("arith.index_cast", "arith.extsi"):
        return parts[0]
    if op.name == "arith.muli":
        factors = [constant_int(v) for v in op.operands]
        for part, factor in zip(parts, reversed(factors), strict=True):
            if part and factor is not None:
                return part * factor
    return None
