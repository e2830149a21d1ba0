"""What index arithmetic is at a given value of a loop's variable, case by case.

`min(t, r)` is `t` where `t <= r` and `r` elsewhere; a choice is either of its sides. Following the operations, instead of the
polynomials that are made of them, says what they are at `t + 1` as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir

from xpiler.analysis.effects import defining
from xpiler.analysis.facts import comparison_facts_of
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.analysis.ranges import Facts

_SUMS = {"arith.addi": Poly.__add__, "arith.subi": Poly.__sub__, "arith.muli": Poly.__mul__}
_EXTREMES = {"arith.minsi": 1, "arith.maxsi": -1}


class IndexCases:
    """Cases of the values inside `loop`, some of which are given."""

    def __init__(self, forms: IndexForms, loop: ir.Operation, given: dict[ir.Value, Poly], facts: Facts):
        self.forms, self.loop, self.given, self.facts = forms, loop, given, facts

    def of(self, value: ir.Value, facts: Facts | None = None) -> Iterator[tuple[Poly, Facts]]:
        """Pairs of a polynomial and the facts under which the value is it; nothing where an operation is not followed."""
        facts = self.facts if facts is None else facts
        op = defining(value)
        if value in self.given:
            yield self.given[value], facts
        elif op is None or not self._depends(value):
            yield self.forms.of(value), facts
        elif op.name in _SUMS and isinstance(value.type, ir.IndexType):
            for left, known in self.of(op.operands[0], facts):
                yield from ((_SUMS[op.name](left, right), more) for right, more in self.of(op.operands[1], known))
        elif op.name in _EXTREMES:
            yield from self._extreme(op, facts)
        elif op.name == "arith.select":
            yield from self._choice(op, facts)
        else:
            raise NotFollowed(op)

    def _extreme(self, op: ir.Operation, facts: Facts) -> Iterator[tuple[Poly, Facts]]:
        for left, known in self.of(op.operands[0], facts):
            for right, more in self.of(op.operands[1], known):
                gap = (right - left) * _EXTREMES[op.name]
                yield from self._possible([(left, (*more, gap)), (right, (*more, -gap - 1))])

    def _choice(self, op: ir.Operation, facts: Facts) -> Iterator[tuple[Poly, Facts]]:
        test = defining(op.operands[0])
        if test is None or test.name != "arith.cmpi":
            raise NotFollowed(op)
        predicate = ir.IntegerAttr(test.attributes["predicate"]).value
        for left, known in self.of(test.operands[0], facts):
            for right, more in self.of(test.operands[1], known):
                for side, holds in ((1, True), (2, False)):
                    wanted = comparison_facts_of(self.forms, predicate, left, right, holds=holds)
                    for case in self._possible([(Poly({}), (*more, *wanted))]):
                        yield from self.of(op.operands[side], case[1])

    def _possible(self, cases: list[tuple[Poly, Facts]]) -> Iterator[tuple[Poly, Facts]]:
        return (case for case in cases if not contradictory(self.forms, case[1]))

    def _depends(self, value: ir.Value) -> bool:
        if value in self.given:
            return True
        op = defining(value)
        return op is not None and any(self._depends(operand) for operand in op.operands)


class NotFollowed(Exception):
    """An operation whose cases are not known."""


def contradictory(forms: IndexForms, facts: Facts) -> bool:
    """Whether facts cannot hold together, as far as that is seen."""
    return any(forms.ranges.nonneg(-fact - 1, tuple(f for f in facts if f != fact)) for fact in facts)
