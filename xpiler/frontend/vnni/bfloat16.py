"""bfloat16 registers (`__m512bh`): conversions from and to float, and dot products of pairs."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.frontend.vnni.conversion import at_least_128, low, zero_extended
from xpiler.frontend.vnni.intrinsic import Intrinsic
from xpiler.frontend.vnni.permutes import permuted
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        yield from _conversions(width)
        yield _dot(width)


def _conversions(width: int) -> Iterator[Intrinsic]:
    reals, start = Lanes(width, "ps"), prefix(width)
    halves, whole = Lanes(at_least_128(width // 2), "pbh"), Lanes(width, "pbh")

    def narrowed(value: ir.Value) -> ir.Value:
        return arith.truncf(ir.VectorType.get([reals.count], halves.element), value)

    def joined(high: ir.Value, low: ir.Value) -> ir.Value:
        lanes = [vector.extract(part, [], [k]) for part in (narrowed(low), narrowed(high)) for k in range(reals.count)]
        return vector.from_elements(whole.type, lanes)

    yield Intrinsic(
        f"{start}_cvtneps_pbh", halves.register, (reals.register,), lambda v: retype(zero_extended(narrowed(v), halves), halves.type)
    )
    yield Intrinsic(f"{start}_cvtne2ps_pbh", whole.register, (reals.register, reals.register), joined)
    yield Intrinsic(f"{start}_cvtpbh_ps", reals.register, (halves.register,), lambda v: arith.extf(reals.type, low(v, halves, reals.count)))


def _dot(width: int) -> Intrinsic:
    """Each lane of the sum and the products of the two pairs beside it."""
    sums, pairs = Lanes(width, "ps"), Lanes(width, "pbh")

    def terms(value: ir.Value, first: int) -> ir.Value:
        every_other = permuted(value, pairs, [2 * k + first for k in range(pairs.count)])  # places count modulo the lanes
        return arith.extf(sums.type, low(every_other, pairs, sums.count))

    def build(total: ir.Value, a: ir.Value, b: ir.Value) -> ir.Value:
        for first in (1, 0):
            total = arith.addf(total, arith.mulf(terms(a, first), terms(b, first)))
        return total

    return Intrinsic(f"{prefix(width)}_dpbf16_ps", sums.register, (sums.register, pairs.register, pairs.register), build)
