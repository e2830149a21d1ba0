"""Conversions to and from 64-bit lanes and doubles, unsigned ones, and unsigned saturation."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, math

from xpiler.frontend.vnni.conversion import at_least_128, low, widen, zero_extended
from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype, splat


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        for source in ("epi8", "epi16", "epu8", "epu16", "epu32"):
            yield widen(Lanes(width, source), Lanes(width, "epi64"))
        for source, target in (("epi64", "epi32"), ("epi64", "epi16"), ("epi64", "epi8")):
            yield from _narrow(Lanes(width, source), Lanes(width, target))
        for source, target in (("epi32", "epi8"), ("epi32", "epi16"), ("epi16", "epi8")):
            yield _unsigned(Lanes(width, source), Lanes(width, target))
        yield from _doubles(width)
        yield from _unsigned_floats(width)
        yield from _long_floats(width)


def _narrow(source: Lanes, target: Lanes) -> Iterator[Intrinsic]:
    result = Lanes(at_least_128(source.width * target.bits // source.bits), target.suffix)
    top = 1 << (target.bits - 1)
    short = ir.VectorType

    def cut(value: ir.Value) -> ir.Value:
        return zero_extended(arith.trunci(short.get([source.count], target.element), value), result)

    def clamp(value: ir.Value) -> ir.Value:
        wide = retype(value, source.type)
        return cut(arith.minsi(arith.maxsi(wide, splat(source.type, -top)), splat(source.type, top - 1)))

    start = prefix(source.width)
    yield Intrinsic(
        f"{start}_cvt{source.suffix}_{target.suffix}", result.register, (source.register,), lambda v: cut(retype(v, source.type))
    )
    yield Intrinsic(f"{start}_cvts{source.suffix}_{target.suffix}", result.register, (source.register,), clamp)


def _unsigned(source: Lanes, target: Lanes) -> Intrinsic:
    """`cvtus`: the source's lanes are unsigned, and so is the limit."""
    result = Lanes(at_least_128(source.width * target.bits // source.bits), target.suffix)

    def build(value: ir.Value) -> ir.Value:
        inside = arith.minui(retype(value, source.type), splat(source.type, (1 << target.bits) - 1))
        return zero_extended(arith.trunci(ir.VectorType.get([source.count], target.element), inside), result)

    return Intrinsic(f"{prefix(source.width)}_cvtus{source.suffix}_{target.suffix}", result.register, (source.register,), build)


def _doubles(width: int) -> Iterator[Intrinsic]:
    start, doubles = prefix(width), Lanes(width, "pd")
    whole = Lanes(at_least_128(width // 2), "epi32")

    def integers(value: ir.Value) -> ir.Value:
        return zero_extended(arith.fptosi(ir.VectorType.get([doubles.count], whole.element), value), whole)

    yield Intrinsic(
        f"{start}_cvtepi32_pd",
        doubles.register,
        (whole.register,),
        lambda v: arith.sitofp(doubles.type, low(v, whole, doubles.count)),
    )
    yield Intrinsic(f"{start}_cvttpd_epi32", whole.register, (doubles.register,), integers)
    yield Intrinsic(f"{start}_cvtpd_epi32", whole.register, (doubles.register,), lambda v: integers(math.roundeven(v)))
    for op, compute in (("floor", math.floor), ("ceil", math.ceil)):
        yield Intrinsic(f"{start}_{op}_pd", doubles.register, (doubles.register,), compute)


def _unsigned_floats(width: int) -> Iterator[Intrinsic]:
    start, reals, whole = prefix(width), Lanes(width, "ps"), Lanes(width, "epi32")
    yield Intrinsic(f"{start}_cvtepu32_ps", reals.register, (whole.register,), lambda v: arith.uitofp(reals.type, v))
    yield Intrinsic(f"{start}_cvttps_epu32", whole.register, (reals.register,), lambda v: arith.fptoui(whole.type, v))
    yield Intrinsic(f"{start}_cvtps_epu32", whole.register, (reals.register,), lambda v: arith.fptoui(whole.type, math.roundeven(v)))


def _long_floats(width: int) -> Iterator[Intrinsic]:
    """64-bit integers to and from floats, and unsigned 32-bit ones to and from doubles; the wider side names the instruction."""
    start, doubles, singles = prefix(width), Lanes(width, "pd"), Lanes(at_least_128(width // 2), "ps")
    for letter, of_integer, to_integer in (("i", arith.sitofp, arith.fptosi), ("u", arith.uitofp, arith.fptoui)):
        longs, ints = Lanes(width, f"ep{letter}64"), Lanes(at_least_128(width // 2), f"ep{letter}32")

        def of_long(value: ir.Value, into: Lanes, make=of_integer, longs=longs) -> ir.Value:
            return finish(make(ir.VectorType.get([longs.count], into.element), retype(value, longs.type)), into)

        def to_long(value: ir.Value, make=to_integer, longs=longs) -> ir.Value:
            return finish(make(longs.type, value), longs)

        yield Intrinsic(f"{start}_cvt{longs.suffix}_pd", doubles.register, (longs.register,), lambda v, f=of_long: f(v, doubles))
        yield Intrinsic(f"{start}_cvttpd_{longs.suffix}", longs.register, (doubles.register,), to_long)
        if width > 128:  # of four singles, the 128-bit forms use two
            yield Intrinsic(f"{start}_cvt{longs.suffix}_ps", singles.register, (longs.register,), lambda v, f=of_long: f(v, singles))
            yield Intrinsic(f"{start}_cvttps_{longs.suffix}", longs.register, (singles.register,), to_long)
        if letter == "u":
            yield Intrinsic(
                f"{start}_cvtepu32_pd",
                doubles.register,
                (ints.register,),
                lambda v, ints=ints: arith.uitofp(doubles.type, low(v, ints, doubles.count)),
            )
            yield Intrinsic(
                f"{start}_cvttpd_epu32",
                ints.register,
                (doubles.register,),
                lambda v, ints=ints: zero_extended(arith.fptoui(ir.VectorType.get([doubles.count], ints.element), v), ints),
            )
