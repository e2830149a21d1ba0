"""Lane-wise arithmetic, logic and shifts."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, math

from xpiler.frontend.vnni.intrinsic import Build, Intrinsic, finish, lanewise
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype, splat

FLOATS = ("ps", "pd")
INTEGERS = ("epi8", "epi16", "epi32", "epi64")
SIGNS = (*INTEGERS, "epu8", "epu16", "epu32", "epu64")


def _negated(value: ir.Value) -> ir.Value:
    return arith.negf(value)


def _x86_extreme(predicate: arith.CmpFPredicate) -> Build:
    """x86's max and min: the second operand when either is NaN or both are zero, so a compare and a select."""
    return lambda a, b: arith.select(arith.cmpf(predicate, a, b), a, b)


FLOAT_BINARY: dict[str, Build] = {
    "add": arith.addf,
    "sub": arith.subf,
    "mul": arith.mulf,
    "div": arith.divf,
    "max": _x86_extreme(arith.CmpFPredicate.OGT),
    "min": _x86_extreme(arith.CmpFPredicate.OLT),
}
FLOAT_TERNARY: dict[str, Build] = {
    "fmadd": math.fma,
    "fmsub": lambda a, b, c: math.fma(a, b, _negated(c)),
    "fnmadd": lambda a, b, c: math.fma(_negated(a), b, c),
    "fnmsub": lambda a, b, c: math.fma(_negated(a), b, _negated(c)),
}
FLOAT_UNARY: dict[str, Build] = {"sqrt": math.sqrt, "abs": math.absf}


def _negated_in(value: ir.Value, parity: int) -> ir.Value:
    """`value` with the sign turned in the lanes of this parity."""
    kind = ir.VectorType(value.type)
    lanes = ir.VectorType.get(kind.shape, ir.IntegerType.get_signless(1))
    bits = [ir.BoolAttr.get(lane % 2 == parity) for lane in range(kind.shape[0])]
    turned = arith.constant(lanes, ir.DenseElementsAttr.get(bits, lanes))
    return arith.select(turned, _negated(value), value)


ALTERNATING: dict[str, tuple[Build, int]] = {
    "fmaddsub": (lambda a, b, c: math.fma(a, b, _negated_in(c, 0)), 3),
    "fmsubadd": (lambda a, b, c: math.fma(a, b, _negated_in(c, 1)), 3),
    "addsub": (lambda a, b: arith.addf(a, _negated_in(b, 0)), 2),
}
INTEGER_BINARY: dict[str, Build] = {"add": arith.addi, "sub": arith.subi}


def rows() -> Iterator[Intrinsic]:
    """Every lane-wise row at every width."""
    for width in WIDTHS:
        for suffix in FLOATS:
            yield from _float_rows(Lanes(width, suffix))
        for suffix in INTEGERS:
            yield from _integer_rows(Lanes(width, suffix))
        yield from _extremes(width)
        yield from _logic(width)


def _float_rows(lanes: Lanes) -> Iterator[Intrinsic]:
    for table, arity in ((FLOAT_BINARY, 2), (FLOAT_TERNARY, 3), (FLOAT_UNARY, 1)):
        for op, compute in table.items():
            if op != "abs" or lanes.width == 512:
                yield from lanewise(op, lanes, arity, compute)
    for op, (compute, arity) in ALTERNATING.items():
        if arity == 3:
            yield from lanewise(op, lanes, arity, compute)
        elif lanes.width < 512:
            yield Intrinsic(f"{prefix(lanes.width)}_{op}_{lanes.suffix}", lanes.register, (lanes.register,) * 2, compute)


def _integer_rows(lanes: Lanes) -> Iterator[Intrinsic]:
    for op, compute in INTEGER_BINARY.items():
        yield from lanewise(op, lanes, 2, compute)
    if lanes.bits > 8:
        if lanes.suffix != "epi64":
            yield from lanewise("mullo", lanes, 2, arith.muli)
        yield from _shifts(lanes)
        yield from _shifts_by_lanes(lanes)
    yield from lanewise("abs", lanes, 1, math.absi)


def _extremes(width: int) -> Iterator[Intrinsic]:
    for suffix in SIGNS:
        lanes = Lanes(width, suffix)
        low, high = (arith.minui, arith.maxui) if lanes.is_unsigned else (arith.minsi, arith.maxsi)
        yield from lanewise("min", lanes, 2, low)
        yield from lanewise("max", lanes, 2, high)


def _shifts(lanes: Lanes) -> Iterator[Intrinsic]:
    """Shifts by a constant: a count of the lane's width or more gives zero (or the sign)."""
    start = prefix(lanes.width)
    for op, shift, overflow in (("slli", arith.shli, None), ("srli", arith.shrui, None), ("srai", arith.shrsi, lanes.bits - 1)):

        def build(value: ir.Value, count: int, shift: Build = shift, overflow: int | None = overflow) -> ir.Value:
            count = count & 0xFF
            if count >= lanes.bits:
                if overflow is None:
                    return finish(splat(lanes.type, 0), lanes)
                count = overflow
            return finish(shift(retype(value, lanes.type), splat(lanes.type, count)), lanes)

        yield Intrinsic(f"{start}_{op}_{lanes.suffix}", lanes.register, (lanes.register, "imm"), build)


def _shifts_by_lanes(lanes: Lanes) -> Iterator[Intrinsic]:
    """Shifts of each lane by its own count: of the lane's width or more, zero (or the sign)."""

    def within(count: ir.Value) -> ir.Value:
        return arith.cmpi(arith.CmpIPredicate.ult, count, splat(lanes.type, lanes.bits))

    def logical(shift: Build) -> Build:
        """MLIR's shift by too much is poison, so the count is made harmless where the result is not taken."""
        none = splat(lanes.type, 0)
        return lambda value, count: arith.select(within(count), shift(value, arith.select(within(count), count, none)), none)

    def signed(value: ir.Value, count: ir.Value) -> ir.Value:
        return arith.shrsi(value, arith.select(within(count), count, splat(lanes.type, lanes.bits - 1)))

    yield from lanewise("sllv", lanes, 2, lambda v, c: logical(arith.shli)(v, c))
    yield from lanewise("srlv", lanes, 2, lambda v, c: logical(arith.shrui)(v, c))
    yield from lanewise("srav", lanes, 2, signed)


def _logic(width: int) -> Iterator[Intrinsic]:
    start = prefix(width)
    everything = Lanes(width, "epi32")
    table: dict[str, Build] = {
        "and": arith.andi,
        "or": arith.ori,
        "xor": arith.xori,
        "andnot": lambda a, b: arith.andi(arith.xori(a, splat(a.type, -1)), b),
    }
    for op, compute in table.items():
        kind = everything.register
        yield Intrinsic(f"{start}_{op}_si{width}", kind, (kind, kind), compute)
        for suffix in ("epi32", "epi64"):
            yield from lanewise(op, Lanes(width, suffix), 2, compute)
        for suffix in FLOATS:
            lanes = Lanes(width, suffix)

            def build(a: ir.Value, b: ir.Value, compute: Build = compute, lanes: Lanes = lanes) -> ir.Value:
                return retype(compute(retype(a, everything.type), retype(b, everything.type)), lanes.type)

            yield Intrinsic(f"{start}_{op}_{suffix}", lanes.register, (lanes.register,) * 2, build)
