"""Proofs that integer arithmetic does not wrap, from loop bounds, guards around it, and the facts about sizes."""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.facts import facts_at
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.raising.structure import entry, operations


class IndexProofs:
    """Answers "is this index value within these limits here"; a question that is not proved is answered no."""

    def __init__(self, kernel: ir.Operation):
        self.forms = IndexForms()
        self._of_block: dict[ir.Block, tuple[Poly, ...]] = {}
        self._everywhere = self._parameter_limits(kernel)

    def _parameter_limits(self, kernel: ir.Operation) -> list[Poly]:
        limits = []
        for argument in entry(kernel).arguments:
            if isinstance(argument.type, ir.IntegerType) and argument.type.width in (32, 64):
                limits.append(Poly.constant(2 ** (argument.type.width - 1) - 1) - self.forms.of(argument))
        for op in operations(entry(kernel)):
            if op.name in ("arith.addi", "arith.muli", "arith.subi") and "nsw" in str(op.attributes["overflowFlags"]):
                limits.append(Poly.constant(2 ** (op.results[0].type.width - 1) - 1) - self.forms.of(op.results[0]))
        return limits

    def at_least(self, value: ir.Value, low: int, where: ir.Operation) -> bool:
        """Is `value >= low` wherever `where` runs?"""
        return self._nonneg(self.forms.of(value) - low, where)

    def at_most(self, value: ir.Value, high: int, where: ir.Operation) -> bool:
        """Is `value <= high` wherever `where` runs?"""
        return self._nonneg(Poly.constant(high) - self.forms.of(value), where)

    def _nonneg(self, poly: Poly, where: ir.Operation) -> bool:
        number = poly.as_int()
        if number is not None:
            return number >= 0
        return self.forms.ranges.nonneg(poly, self._facts(where))

    def _facts(self, where: ir.Operation) -> tuple[Poly, ...]:
        block = where.block
        if block not in self._of_block:
            self._of_block[block] = tuple(dict.fromkeys([*facts_at(self.forms, where), *self._everywhere]))
        return self._of_block[block]
