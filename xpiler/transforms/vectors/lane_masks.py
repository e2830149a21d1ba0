"""The lanes in which a condition holds, as a mask: `first + lane < n` holds in the first `n - first` lanes.

A comparison of numbers that grow or fall by one a lane holds from some lane on, or up to one; how many those are is arithmetic on what
all lanes share.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.analysis.effects import defining
from xpiler.analysis.facts import NE, SGE, comparison_facts
from xpiler.analysis.forms import IndexForms
from xpiler.analysis.polynomial import Poly
from xpiler.transforms.index_code import materialize
from xpiler.transforms.rewriting import index


def first_lanes(count: ir.Value, lanes: int) -> ir.Value:
    """The mask of the first `count` (at most `lanes`, below 64) lanes: the bits of (1 << count) - 1."""
    word = ir.IntegerType.get_signless(32 if lanes < 32 else 64)
    bits = ir.IntegerType.get_signless(max(lanes, 8))
    one = arith.constant(word, 1)
    ones = arith.subi(arith.shli(one, arith.index_cast(word, count)), one)
    packed = vector.from_elements(ir.VectorType.get([1], bits), [arith.trunci(bits, ones) if bits != word else ones])
    flags = vector.bitcast(ir.VectorType.get([max(lanes, 8)], ir.IntegerType.get_signless(1)), packed)
    if lanes >= 8:
        return flags
    return vector.extract_strided_slice(ir.VectorType.get([lanes], ir.IntegerType.get_signless(1)), flags, [0], [lanes], [1])


def conjuncts(condition: ir.Value) -> list[ir.Value]:
    """What all must hold for a condition to hold."""
    op = defining(condition)
    if op is None or op.name != "arith.andi":
        return [condition]
    return [part for operand in op.operands for part in conjuncts(operand)]


def needed(forms: IndexForms, condition: ir.Value) -> list[Poly] | None:
    """The numbers that are not negative exactly where a comparison of indices holds; None for other conditions."""
    op = defining(condition)
    if op is None or op.name != "arith.cmpi" or not isinstance(op.operands[0].type, ir.IndexType):
        return None
    predicate = ir.IntegerAttr(op.attributes["predicate"]).value
    return None if predicate == NE or predicate > SGE else comparison_facts(forms, op)


@dataclass(frozen=True)
class Growing:
    """A number that lane k has as `of_first + step * k`, for a step of 1 or -1; `known` is the same, as far as it can be told apart."""

    of_first: Poly
    known: Poly
    step: int

    def mask(self, forms: IndexForms, lanes: int) -> ir.Value | None:
        """The lanes in which it is not negative; None for all of them."""
        nonneg = forms.ranges.nonneg
        if nonneg(self.known if self.step > 0 else self.known - (lanes - 1)):
            return None
        if self.step < 0:
            return first_lanes(_clamped(forms, self.of_first + 1, self.known + 1, lanes), lanes)
        before = first_lanes(_clamped(forms, -self.of_first, -self.known, lanes), lanes)
        every = ir.DenseElementsAttr.get_splat(before.type, ir.IntegerAttr.get(ir.IntegerType.get_signless(1), 1))
        return arith.xori(before, arith.constant(before.type, every))


def _clamped(forms: IndexForms, count: Poly, known: Poly, lanes: int) -> ir.Value:
    """`count`, between none and all lanes."""
    nonneg = forms.ranges.nonneg
    value = materialize(count, nonneg)
    if not nonneg(Poly.constant(lanes) - known):
        value = arith.minsi(value, index(lanes))
    return value if nonneg(known) else arith.maxsi(value, index(0))
