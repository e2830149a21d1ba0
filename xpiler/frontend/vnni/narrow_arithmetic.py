"""Arithmetic of narrow integers that keeps more, or less, than their bits: saturating, high halves, averages, signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir
from mlir.dialects import arith, math

from xpiler.frontend.vnni.intrinsic import Build, Intrinsic, lanewise
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype, splat


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        for suffix in ("epi8", "epi16", "epu8", "epu16"):
            lanes = Lanes(width, suffix)
            yield from lanewise("adds", lanes, 2, _saturated(arith.addi, lanes))
            yield from lanewise("subs", lanes, 2, _saturated(arith.subi, lanes))
            if lanes.is_unsigned:
                yield from lanewise("avg", lanes, 2, _average(lanes))
        yield from lanewise("mulhi", Lanes(width, "epi16"), 2, _high(Lanes(width, "epi16")))
        yield from lanewise("mulhi", Lanes(width, "epu16"), 2, _high(Lanes(width, "epu16")))
        yield from lanewise("mulhrs", Lanes(width, "epi16"), 2, _rounded_high(Lanes(width, "epi16")))
        yield from lanewise("mullo", Lanes(width, "epi64"), 2, arith.muli)
        for suffix, extend in (("epi32", arith.extsi), ("epu32", arith.extui)):  # masks of these are of 64-bit lanes
            register = f"__m{width}i"
            yield Intrinsic(f"{prefix(width)}_mul_{suffix}", register, (register,) * 2, _low_halves(extend, width))
        yield _ternary_logic(width, 32)
        yield _ternary_logic(width, 64)
        for bits in (8, 16, 32, 64):
            yield from lanewise("popcnt", Lanes(width, f"epi{bits}"), 1, math.ctpop)
            if bits >= 32:
                lanes = Lanes(width, f"epi{bits}")
                yield from lanewise("lzcnt", lanes, 1, lambda x: math.ctlz(x))
                yield from _rotations(lanes)
        if width < 512:
            for suffix in ("epi8", "epi16", "epi32"):
                lanes = Lanes(width, suffix)
                yield Intrinsic(f"{prefix(width)}_sign_{suffix}", lanes.register, (lanes.register,) * 2, _signed(lanes))


def _wide(lanes: Lanes) -> tuple[Callable[[ir.Value], ir.Value], ir.Type]:
    """An extension of the lanes to 32 bits by their sign, and its type."""
    kind = ir.VectorType.get([lanes.count], ir.IntegerType.get_signless(32))
    extend = arith.extui if lanes.is_unsigned else arith.extsi
    return (lambda value: extend(kind, value)), kind


def _saturated(compute: Build, lanes: Lanes) -> Build:
    extend, kind = _wide_later(lanes)
    top = 1 << (lanes.bits if lanes.is_unsigned else lanes.bits - 1)
    low = 0 if lanes.is_unsigned else -top

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        exact = compute(extend(a), extend(b))
        inside = arith.minsi(arith.maxsi(exact, splat(kind(), low)), splat(kind(), top - 1))
        return arith.trunci(lanes.type, inside)

    return build


def _wide_later(lanes: Lanes) -> tuple[Callable[[ir.Value], ir.Value], Callable[[], ir.Type]]:
    """As `_wide`, asked when a context is there."""
    return (lambda value: _wide(lanes)[0](value)), (lambda: _wide(lanes)[1])


def _average(lanes: Lanes) -> Build:
    extend, kind = _wide_later(lanes)

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        total = arith.addi(arith.addi(extend(a), extend(b)), splat(kind(), 1))
        return arith.trunci(lanes.type, arith.shrui(total, splat(kind(), 1)))

    return build


def _high(lanes: Lanes) -> Build:
    extend, kind = _wide_later(lanes)
    return lambda a, b: arith.trunci(lanes.type, arith.shrui(arith.muli(extend(a), extend(b)), splat(kind(), lanes.bits)))


def _rounded_high(lanes: Lanes) -> Build:
    """Bits 16 to 1 of the product, plus one, halved."""
    extend, kind = _wide_later(lanes)

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        high = arith.shrsi(arith.muli(extend(a), extend(b)), splat(kind(), 14))
        return arith.trunci(lanes.type, arith.shrsi(arith.addi(high, splat(kind(), 1)), splat(kind(), 1)))

    return build


def _low_halves(extend: Callable, width: int) -> Build:
    """Products of 64 bits of the even lanes of 32."""
    wide, narrow = Lanes(width, "epi64"), Lanes(width, "epi32")

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        half = ir.VectorType.get([wide.count], narrow.element)
        low = [extend(wide.type, arith.trunci(half, retype(value, wide.type))) for value in (a, b)]
        return retype(arith.muli(*low), narrow.type)

    return build


def _rotations(lanes: Lanes) -> Iterator[Intrinsic]:
    for op, left in (("rol", True), ("ror", False)):

        def build(value: ir.Value, by: int, left: bool = left) -> ir.Value:
            up = by % lanes.bits if left else -by % lanes.bits
            typed = retype(value, lanes.type)
            if not up:
                return retype(typed, Lanes(lanes.width, "epi32").type)
            parts = arith.shli(typed, splat(lanes.type, up)), arith.shrui(typed, splat(lanes.type, lanes.bits - up))
            return retype(arith.ori(*parts), Lanes(lanes.width, "epi32").type)

        yield Intrinsic(f"{prefix(lanes.width)}_{op}_epi{lanes.bits}", lanes.register, (lanes.register, "imm"), build)


def _signed(lanes: Lanes) -> Build:
    """The first operand with the sign of the second: negated, zero or kept."""

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        value, by, zero = retype(a, lanes.type), retype(b, lanes.type), splat(lanes.type, 0)
        turned = arith.select(arith.cmpi(arith.CmpIPredicate.slt, by, zero), arith.subi(zero, value), value)
        return retype(arith.select(arith.cmpi(arith.CmpIPredicate.eq, by, zero), zero, turned), Lanes(lanes.width, "epi32").type)

    return build


def _ternary_logic(width: int, bits: int) -> Intrinsic:
    """Any function of three bits: a sum of its minterms."""
    lanes = Lanes(width, "epi32")

    def build(a: ir.Value, b: ir.Value, c: ir.Value, table: int) -> ir.Value:
        result, ones = splat(lanes.type, 0), splat(lanes.type, -1)
        for place in range(8):
            if table >> place & 1:
                term = ones
                for value, bit in ((a, 4), (b, 2), (c, 1)):
                    term = arith.andi(term, value if place & bit else arith.xori(value, ones))
                result = arith.ori(result, term)
        return result

    return Intrinsic(f"{prefix(width)}_ternarylogic_epi{bits}", lanes.register, (*(lanes.register,) * 3, "imm"), build)
