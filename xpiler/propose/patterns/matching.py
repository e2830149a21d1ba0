"""Whether a value of a kernel is computed as a pattern says: expression against expression, holes bound as they are met.

Both sides are in canonical form before (`canonical`), operands of commutative operations are tried both ways round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mlir import ir
from mlir.passmanager import PassManager

COMMUTATIVE = frozenset(
    f"arith.{name}" for name in ("addf", "mulf", "maxnumf", "minnumf", "maximumf", "minimumf", "addi", "muli", "andi", "ori", "xori")
)

Allowed = Callable[[ir.Value, ir.Value], bool]


def canonical(module: ir.Module) -> None:
    """Brings a pattern into the form that kernels have after raising."""
    PassManager.parse("builtin.module(canonicalize,cse)", module.context).run(module.operation)


@dataclass
class Matching:
    """One attempt; `bound` maps holes of the pattern to values of the kernel."""

    holes: frozenset[ir.Value]
    allowed: Allowed
    bound: dict[ir.Value, ir.Value] = field(default_factory=dict)

    def matches(self, pattern: ir.Value, value: ir.Value) -> bool:
        """Whether `value` is `pattern` with the holes bound so far, and some more."""
        if pattern.type != value.type:
            return False
        if pattern in self.holes:
            return self._bind(pattern, value)
        ours, theirs = pattern.owner, value.owner
        if isinstance(ours, ir.Block) or isinstance(theirs, ir.Block):
            return False
        return self._same_operation(ours, theirs) and self._operands(list(ours.operands), list(theirs.operands), ours.name)

    def _bind(self, hole: ir.Value, value: ir.Value) -> bool:
        if hole in self.bound:
            return self.bound[hole] == value or _same_load(self.bound[hole], value)
        if not self.allowed(hole, value):
            return False
        self.bound[hole] = value
        return True

    def _operands(self, ours: list[ir.Value], theirs: list[ir.Value], name: str) -> bool:
        before = dict(self.bound)
        for order in (theirs, theirs[::-1]) if name in COMMUTATIVE else (theirs,):
            if all(self.matches(a, b) for a, b in zip(ours, order, strict=True)):
                return True
            self.bound = dict(before)
        return False

    @staticmethod
    def _same_operation(a: ir.Operation, b: ir.Operation) -> bool:
        if a.name != b.name or len(a.operands) != len(b.operands) or len(a.regions) or len(a.results) != 1:
            return False
        return _attributes(a) == _attributes(b)


def _attributes(op: ir.Operation) -> dict[str, str]:
    return {name: str(op.attributes[name]) for name in op.attributes if name not in ("fastmath", "overflowFlags")}


def _same_load(a: ir.Value, b: ir.Value) -> bool:
    """Two loads of one element in one block with no write between are one value."""
    one, other = a.owner, b.owner
    if isinstance(one, ir.Block) or isinstance(other, ir.Block) or one.name != "memref.load" or other.name != "memref.load":
        return False
    if list(one.operands) != list(other.operands) or one.block != other.block:
        return False
    between = [op.operation for op in one.block.operations]
    first, last = sorted((between.index(one.operation), between.index(other.operation)))
    return all(op.name == "memref.load" or not _writes(op) for op in between[first:last])


def _writes(op: ir.Operation) -> bool:
    return not op.name.startswith(("arith.", "math.", "xpiler.view", "memref.load"))
