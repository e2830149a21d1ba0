"""What the branches around a place decide: `if (w > 0)` inside of `if (w - 2 > 0 && h > 2)` has no other side.

A fact is an integer that is one or more: the difference of two that are compared. It decides another one where positive sizes keep both
in order.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.verify.positive_sizes import AT_LEAST, AT_MOST, LESS, MORE, UNSIGNED, PositiveSizes
from xpiler.verify.size_polynomials import Known, number


class PathConditions:
    """The facts of a place, beside what positive sizes decide everywhere."""

    def __init__(self, decided: PositiveSizes, facts: tuple[Known, ...] = ()):
        self.decided, self._facts = decided, facts

    def within(self, condition: ir.Value, holds: bool) -> PathConditions:
        """The facts inside of a branch."""
        return PathConditions(self.decided, (*self._facts, *self._of(condition, holds)))

    def truth(self, condition: ir.Value) -> bool | None:
        """Whether a condition holds here at all positive sizes, or at none; None where that is not told."""
        everywhere = self.decided.truth(condition)
        if everywhere is not None:
            return everywhere
        word = _combining(condition)
        if word:
            truths = [self.truth(part) for part in condition.owner.operation.operands]
            deciding = word == "arith.ori"
            return deciding if deciding in truths else None if None in truths else not deciding
        asked = self._compared(condition)
        if asked is None:
            return None
        return True if self._is_known(asked) else False if self._is_known(self._failing(asked)) else None

    def may_choose(self, operation: ir.Operation) -> tuple[bool, bool]:
        """Whether a choice may be that of its first value here, and whether that of its second; neither of values that are alike."""
        if operation.name == "arith.select":
            truth = self.truth(operation.operands[0])
            return truth is not False, truth is not True
        a, b = map(self.decided.integer, operation.operands)
        first, second = (a, b) if operation.name.startswith("arith.max") else (b, a)
        return self._may_be_more(first, second), self._may_be_more(second, first)

    def _may_be_more(self, a: Known, b: Known) -> bool:
        apart = self.decided.sizes.minus(a, b)
        at_most = self.decided.sizes.minus(number(1), apart)  # one or more where `a` is not more
        return not (at_most.is_positive or self._is_known(at_most))

    def _is_known(self, asked: Known) -> bool:
        return any(self.decided.sizes.minus(asked, fact).is_natural for fact in self._facts)

    def _failing(self, fact: Known) -> Known:
        """The fact that another one does not hold: what is not one or more is zero or less."""
        return self.decided.sizes.minus(number(1), fact)

    def _of(self, condition: ir.Value, holds: bool) -> Iterator[Known]:
        """What a condition that holds, or does not, tells by its parts."""
        if _combining(condition) == ("arith.andi" if holds else "arith.ori"):
            for part in condition.owner.operation.operands:
                yield from self._of(part, holds)
        elif (fact := self._compared(condition)) is not None:
            yield fact if holds else self._failing(fact)

    def _compared(self, condition: ir.Value) -> Known | None:
        """A comparison as the fact that it states where it holds."""
        op = None if isinstance(condition, ir.BlockArgument) else condition.owner.operation
        if op is None or op.name != "arith.cmpi":
            return None
        predicate, (a, b) = ir.IntegerAttr(op.attributes["predicate"]).value, map(self.decided.integer, op.operands)
        if predicate >= UNSIGNED:
            if not (a.is_natural and b.is_natural):
                return None
            predicate += LESS - UNSIGNED
        if predicate in (MORE, AT_MOST):
            more = self.decided.sizes.minus(a, b)
            return more if predicate == MORE else self._failing(more)
        if predicate in (LESS, AT_LEAST):
            less = self.decided.sizes.minus(b, a)
            return less if predicate == LESS else self._failing(less)
        return None


def _combining(condition: ir.Value) -> str:
    """The operation that joins two truth values, where a condition is one."""
    op = None if isinstance(condition, ir.BlockArgument) else condition.owner.operation
    return op.name if op is not None and op.name in ("arith.andi", "arith.ori") and str(condition.type) == "i1" else ""
