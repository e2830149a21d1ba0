"""Conversions between lane types, casts of registers, and taking registers apart."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, math, vector

from xpiler.diagnostics import Unsupported
from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype, splat

ROUND_TO_EVEN = (0, 4, 8)  # _MM_FROUND_TO_NEAREST_INT, or the current direction, with or without NO_EXC


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        yield from _float_integer(width)
        yield from _rounding(width)
        yield from _casts(width)
        yield from _first_lane(width)
        yield from _half(width)
        for source, target in (
            ("epi8", "epi16"),
            ("epi8", "epi32"),
            ("epi16", "epi32"),
            ("epi32", "epi64"),
            ("epu8", "epi16"),
            ("epu8", "epi32"),
            ("epu16", "epi32"),
        ):
            yield widen(Lanes(width, source), Lanes(width, target))
        for source, target in (("epi32", "epi8"), ("epi32", "epi16"), ("epi16", "epi8")):
            yield from _narrow(Lanes(width, source), Lanes(width, target))
    yield from _parts()


def low(value: ir.Value, lanes: Lanes, count: int) -> ir.Value:
    """The first `count` lanes."""
    typed = retype(value, lanes.type)
    return typed if count == lanes.count else _slice(typed, 0, count)


def _slice(value: ir.Value, first: int, count: int) -> ir.Value:
    kind = ir.VectorType.get([count], ir.VectorType(value.type).element_type)
    return vector.extract_strided_slice(kind, value, [first], [count], [1])


def zero_extended(value: ir.Value, lanes: Lanes) -> ir.Value:
    """`value` as the low lanes of a whole register, zero above."""
    if ir.VectorType(value.type).shape[0] == lanes.count:
        return finish(value, lanes)
    return finish(vector.insert_strided_slice(value, splat(lanes.type, 0), [0], [1]), lanes)


def at_least_128(bits: int) -> int:
    """The width of the register that holds so many bits."""
    return max(128, bits)


def widen(source: Lanes, target: Lanes) -> Intrinsic:
    """Each of the low lanes extended by its sign."""
    narrow = Lanes(at_least_128(target.width * source.bits // target.bits), source.suffix)

    def build(value: ir.Value) -> ir.Value:
        extend = arith.extui if source.is_unsigned else arith.extsi
        return finish(extend(target.type, low(value, narrow, target.count)), target)

    return Intrinsic(f"{prefix(target.width)}_cvt{source.suffix}_{target.suffix}", target.register, (narrow.register,), build)


def _narrow(source: Lanes, target: Lanes) -> Iterator[Intrinsic]:
    result = Lanes(at_least_128(source.width * target.bits // source.bits), target.suffix)
    low, high = -(1 << (target.bits - 1)), (1 << (target.bits - 1)) - 1

    def shortened(value: ir.Value) -> ir.Value:
        return zero_extended(arith.trunci(ir.VectorType.get([source.count], target.element), value), result)

    def truncate(value: ir.Value) -> ir.Value:
        return shortened(retype(value, source.type))

    def saturate(value: ir.Value) -> ir.Value:
        return shortened(arith.minsi(arith.maxsi(retype(value, source.type), splat(source.type, low)), splat(source.type, high)))

    yield Intrinsic(f"{prefix(source.width)}_cvt{source.suffix}_{target.suffix}", result.register, (source.register,), truncate)
    yield Intrinsic(f"{prefix(source.width)}_cvts{source.suffix}_{target.suffix}", result.register, (source.register,), saturate)


def _float_integer(width: int) -> Iterator[Intrinsic]:
    start = prefix(width)
    reals, whole = Lanes(width, "ps"), Lanes(width, "epi32")
    yield Intrinsic(f"{start}_cvtepi32_ps", reals.register, (whole.register,), lambda v: arith.sitofp(reals.type, v))
    yield Intrinsic(f"{start}_cvtps_epi32", whole.register, (reals.register,), lambda v: arith.fptosi(whole.type, math.roundeven(v)))
    yield Intrinsic(f"{start}_cvttps_epi32", whole.register, (reals.register,), lambda v: arith.fptosi(whole.type, v))
    if width == 512:
        yield Intrinsic("_mm512_cvtepu32_ps", "__m512", ("__m512i",), lambda v: arith.uitofp(reals.type, v))
    if width > 128:
        doubles = Lanes(width, "pd")
        narrow = Lanes(width // 2, "ps")
        yield Intrinsic(f"{start}_cvtps_pd", doubles.register, (narrow.register,), lambda v: arith.extf(doubles.type, v))
        yield Intrinsic(f"{start}_cvtpd_ps", narrow.register, (doubles.register,), lambda v: arith.truncf(narrow.type, v))


def _rounding(width: int) -> Iterator[Intrinsic]:
    start, lanes = prefix(width), Lanes(width, "ps")
    for op, compute in (("floor", math.floor), ("ceil", math.ceil)):
        yield Intrinsic(f"{start}_{op}_ps", lanes.register, (lanes.register,), compute)
    if width == 512:
        yield Intrinsic("_mm512_roundscale_ps", "__m512", ("__m512", "imm"), _roundscale)
    else:
        yield Intrinsic(f"{start}_round_ps", lanes.register, (lanes.register, "imm"), _roundscale)


def _roundscale(value: ir.Value, immediate: int) -> ir.Value:
    """Rounding to a whole number; a scale in the upper four bits is refused."""
    modes = {0: math.roundeven, 1: math.floor, 2: math.ceil, 3: math.trunc, 4: math.roundeven}
    mode = immediate & 7
    if immediate >> 4 or mode not in modes:
        raise Unsupported(f"rounding control {immediate} with a scale")
    return modes[mode](value)


def _half(width: int) -> Iterator[Intrinsic]:
    reals = Lanes(width, "ps")
    halves = Lanes(at_least_128(width // 2), "ph")
    start = prefix(width)
    kind = f"__m{halves.width}i"

    def widen(value: ir.Value) -> ir.Value:
        return arith.extf(reals.type, low(value, halves, reals.count))

    def narrow(value: ir.Value, rounding: int) -> ir.Value:
        if rounding not in ROUND_TO_EVEN:
            raise Unsupported(f"conversion to half with rounding control {rounding}")
        return zero_extended(arith.truncf(ir.VectorType.get([reals.count], halves.element), value), halves)

    yield Intrinsic(f"{start}_cvtph_ps", reals.register, (kind,), widen)
    yield Intrinsic(f"{start}_cvtps_ph", kind, (reals.register, "imm"), narrow)


def _casts(width: int) -> Iterator[Intrinsic]:
    """Casts that change the type of a register and nothing else."""
    start = prefix(width)
    names = {"ps": "ps", "pd": "pd", f"si{width}": "epi32"}
    for source, of in names.items():
        for target, to in names.items():
            if source != target:
                lanes, into = Lanes(width, of), Lanes(width, to)
                yield Intrinsic(
                    f"{start}_cast{source}_{target}", into.register, (lanes.register,), lambda v, into=into: retype(v, into.type)
                )


def _first_lane(width: int) -> Iterator[Intrinsic]:
    start = prefix(width)
    for name, suffix in (("cvtss_f32", "ps"), ("cvtsd_f64", "pd"), (f"cvtsi{width}_si32", "epi32")):
        lanes = Lanes(width, suffix)
        yield Intrinsic(f"{start}_{name}", lanes.scalar, (lanes.register,), lambda v: vector.extract(v, [], [0]))


def _parts() -> Iterator[Intrinsic]:
    """Halves and quarters of wider registers: casts, extracts, inserts."""
    for wide, narrow in ((512, 256), (512, 128), (256, 128)):
        for suffix, long in (("ps", "ps"), ("pd", "pd"), ("si", "epi32")):
            big, small = Lanes(wide, long), Lanes(narrow, long)
            of = f"si{wide}" if suffix == "si" else f"{suffix}{wide}"
            to = f"si{narrow}" if suffix == "si" else f"{suffix}{narrow}"
            yield Intrinsic(f"{prefix(wide)}_cast{of}_{to}", small.register, (big.register,), lambda v, n=small.count: _slice(v, 0, n))
            for word in ("cast", "zext"):  # what a cast leaves undefined above is zero here
                name = f"{prefix(wide)}_{word}{to}_{of}"
                yield Intrinsic(name, big.register, (small.register,), lambda v, lanes=big: zero_extended(v, lanes))
    extracts = (
        ("_mm512_extractf32x4_ps", "ps", 512, 128),
        ("_mm512_extractf32x8_ps", "ps", 512, 256),
        ("_mm512_extractf64x4_pd", "pd", 512, 256),
        ("_mm512_extracti32x4_epi32", "epi32", 512, 128),
        ("_mm512_extracti32x8_epi32", "epi32", 512, 256),
        ("_mm512_extracti64x4_epi64", "epi32", 512, 256),
        ("_mm256_extractf128_ps", "ps", 256, 128),
        ("_mm256_extracti128_si256", "epi32", 256, 128),
        ("_mm256_extractf128_pd", "pd", 256, 128),
    )
    for name, suffix, wide, narrow in extracts:
        big, small = Lanes(wide, suffix), Lanes(narrow, suffix)
        yield Intrinsic(
            name, small.register, (big.register, "imm"), lambda v, part, n=small.count, m=big.count: _slice(v, (part * n) % m, n)
        )
    inserts = (
        ("_mm512_insertf32x8", "ps", 512, 256),
        ("_mm512_inserti64x4", "epi32", 512, 256),
        ("_mm512_inserti32x8", "epi32", 512, 256),
        ("_mm512_insertf32x4", "ps", 512, 128),
        ("_mm512_inserti32x4", "epi32", 512, 128),
        ("_mm256_insertf128_ps", "ps", 256, 128),
        ("_mm256_inserti128_si256", "epi32", 256, 128),
    )
    for name, suffix, wide, narrow in inserts:
        big, small = Lanes(wide, suffix), Lanes(narrow, suffix)
        yield Intrinsic(
            name,
            big.register,
            (big.register, small.register, "imm"),
            lambda v, part, at, n=small.count, m=big.count: vector.insert_strided_slice(part, v, [(at * n) % m], [1]),
        )
