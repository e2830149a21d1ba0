"""Warp-uniform values that are computed from the thread's index: `threadIdx.x / 32` is the same for a whole warp.

A *lane form* is a value `m + lane` with m a multiple of the warp size. A division by a multiple of the warp size (or a
shift, or a mask without the low bits) takes it to a uniform value, which is the one that lane 0 computes.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.structure import constant_value

CASTS = frozenset({"arith.index_cast", "arith.index_castui", "arith.extui", "arith.extsi", "arith.trunci"})
DIVISIONS = frozenset({"arith.divui", "arith.divsi", "arith.floordivsi"})
REMAINDERS = frozenset({"arith.remui", "arith.remsi"})
SHIFTS = frozenset({"arith.shrui", "arith.shrsi"})


class LaneForms:
    """`forms` are the values `multiple + lane`, `lanes_only` those that are the lane itself."""

    def __init__(self, lanes: int, forms: set[ir.Value]):
        self.lanes = lanes
        self.forms = set(forms)
        self.lanes_only: set[ir.Value] = set()

    def classify(self, op: ir.Operation, uniform: set[ir.Value]) -> bool:
        """Note what `op` says about lane forms; True where its result is uniform because of them."""
        if len(op.operands) == 0 or len(op.results) != 1 or op.operands[0] not in self.forms | self.lanes_only:
            return self._sum_with_form_second(op, uniform)
        if op.name in CASTS:
            (self.forms if op.operands[0] in self.forms else self.lanes_only).add(op.results[0])
            return False
        if op.operands[0] in self.lanes_only or len(op.operands) != 2:
            return False
        return self._binary(op, uniform)

    def _binary(self, op: ir.Operation, uniform: set[ir.Value]) -> bool:
        constant = constant_value(op.operands[1])
        if op.name == "arith.addi" and op.operands[1] in uniform and self._is_multiple(op.operands[1]):
            self.forms.add(op.results[0])
        if constant is None:
            return False
        if op.name in REMAINDERS and constant > 0 and constant % self.lanes == 0:
            (self.lanes_only if constant == self.lanes else self.forms).add(op.results[0])
        if op.name == "arith.andi" and constant == self.lanes - 1:
            self.lanes_only.add(op.results[0])
        if op.name == "arith.andi" and constant & (self.lanes - 1) == 0:
            return True
        if op.name in SHIFTS and 0 <= constant < 32:
            return (1 << constant) % self.lanes == 0
        return op.name in DIVISIONS and constant > 0 and constant % self.lanes == 0

    def _sum_with_form_second(self, op: ir.Operation, uniform: set[ir.Value]) -> bool:
        if op.name == "arith.addi" and op.operands[1] in self.forms and op.operands[0] in uniform and self._is_multiple(op.operands[0]):
            self.forms.add(op.results[0])
        return False

    def _is_multiple(self, value: ir.Value) -> bool:
        constant = constant_value(value)
        if constant is not None:
            return constant % self.lanes == 0
        op = None if isinstance(value.owner, ir.Block) else value.owner.operation
        if op is None:
            return False
        if op.name in CASTS:
            return self._is_multiple(op.operands[0])
        if op.name == "arith.addi":
            return all(self._is_multiple(operand) for operand in op.operands)
        if op.name == "arith.shli":
            shift = constant_value(op.operands[1])
            return shift is not None and 0 <= shift < 32 and (1 << shift) % self.lanes == 0
        return op.name == "arith.muli" and any(self._is_multiple(operand) for operand in op.operands)
