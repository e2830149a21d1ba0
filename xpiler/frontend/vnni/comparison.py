"""Comparisons to masks, blends by masks, and arithmetic on masks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from mlir import ir
from mlir.dialects import arith

from xpiler.diagnostics import Unsupported
from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_integer, mask_lanes, prefix, retype, splat

F = arith.CmpFPredicate
I = arith.CmpIPredicate  # noqa: E741 - the pair of F

# The immediate of _mm512_cmp_ps_mask: quiet and signalling forms compare alike.
FLOAT_PREDICATES = {0: F.OEQ, 1: F.OLT, 2: F.OLE, 3: F.UNO, 4: F.UNE, 5: F.UGE, 6: F.UGT, 7: F.ORD, 12: F.ONE, 13: F.OGE, 14: F.OGT}
FLOAT_PREDICATES |= {8: F.UEQ, 9: F.ULT, 10: F.ULE, 16: F.OEQ, 17: F.OLT, 18: F.OLE, 19: F.UNO, 20: F.UNE, 21: F.UGE, 22: F.UGT, 23: F.ORD}
FLOAT_PREDICATES |= {24: F.UEQ, 25: F.ULT, 26: F.ULE, 28: F.ONE, 29: F.OGE, 30: F.OGT}
SIGNED = {"eq": I.eq, "lt": I.slt, "le": I.sle, "gt": I.sgt, "ge": I.sge, "neq": I.ne}
UNSIGNED = {"eq": I.eq, "lt": I.ult, "le": I.ule, "gt": I.ugt, "ge": I.uge, "neq": I.ne}


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        for suffix in ("ps", "pd"):
            yield from _float_compare(Lanes(width, suffix))
        for bits in (8, 16, 32, 64):
            yield from _integer_compare(Lanes(width, f"epi{bits}"), SIGNED)
            yield from _integer_compare(Lanes(width, f"epu{bits}"), UNSIGNED)
        for suffix in ("ps", "pd", "epi8", "epi16", "epi32", "epi64"):
            yield _blend(Lanes(width, suffix))
            yield from _moves(Lanes(width, suffix))
    for bits in (8, 16, 32, 64):
        yield from _mask_logic(bits)


def _bits(lanes: Lanes) -> int:
    return max(8, lanes.count)


def _masked(lanes: Lanes, mask: ir.Value, result: ir.Value) -> ir.Value:
    return mask_integer(arith.andi(mask_lanes(mask, lanes.count), result), _bits(lanes))


def _float_compare(lanes: Lanes) -> Iterator[Intrinsic]:
    start, register = prefix(lanes.width), lanes.register

    def compare(a: ir.Value, b: ir.Value, immediate: int) -> ir.Value:
        if immediate not in FLOAT_PREDICATES:
            raise Unsupported(f"comparison predicate {immediate} (always false or always true)")
        return arith.cmpf(FLOAT_PREDICATES[immediate], a, b)

    yield Intrinsic(
        f"{start}_cmp_{lanes.suffix}_mask",
        lanes.mask,
        (register, register, "imm"),
        lambda a, b, p: mask_integer(compare(a, b, p), _bits(lanes)),
    )
    yield Intrinsic(
        f"{start}_mask_cmp_{lanes.suffix}_mask",
        lanes.mask,
        (lanes.mask, register, register, "imm"),
        lambda k, a, b, p: _masked(lanes, k, compare(a, b, p)),
    )


def _integer_compare(lanes: Lanes, predicates: dict[str, I]) -> Iterator[Intrinsic]:
    start, register = prefix(lanes.width), lanes.register
    for op, predicate in predicates.items():

        def compare(a: ir.Value, b: ir.Value, predicate: I = predicate) -> ir.Value:
            return arith.cmpi(predicate, retype(a, lanes.type), retype(b, lanes.type))

        name = f"cmp{op}_{lanes.suffix}_mask"
        yield Intrinsic(f"{start}_{name}", lanes.mask, (register, register), lambda a, b, c=compare: mask_integer(c(a, b), _bits(lanes)))
        yield Intrinsic(
            f"{start}_mask_{name}", lanes.mask, (lanes.mask, register, register), lambda k, a, b, c=compare: _masked(lanes, k, c(a, b))
        )


def _blend(lanes: Lanes) -> Intrinsic:
    def build(mask: ir.Value, no: ir.Value, yes: ir.Value) -> ir.Value:
        return finish(arith.select(mask_lanes(mask, lanes.count), retype(yes, lanes.type), retype(no, lanes.type)), lanes)

    return Intrinsic(
        f"{prefix(lanes.width)}_mask_blend_{lanes.suffix}", lanes.register, (lanes.mask, lanes.register, lanes.register), build
    )


def _moves(lanes: Lanes) -> Iterator[Intrinsic]:
    """`mask_mov` and `maskz_mov`: the lanes of the mask, the others from the first operand, or zero."""

    def merge(no: ir.Value, mask: ir.Value, yes: ir.Value) -> ir.Value:
        return finish(arith.select(mask_lanes(mask, lanes.count), retype(yes, lanes.type), retype(no, lanes.type)), lanes)

    def zero(mask: ir.Value, yes: ir.Value) -> ir.Value:
        return merge(splat(lanes.type, 0), mask, yes)

    start, register = prefix(lanes.width), lanes.register
    yield Intrinsic(f"{start}_mask_mov_{lanes.suffix}", register, (register, lanes.mask, register), merge)
    yield Intrinsic(f"{start}_maskz_mov_{lanes.suffix}", register, (lanes.mask, register), zero)


def _mask_logic(bits: int) -> Iterator[Intrinsic]:
    mask = f"__mmask{bits}"
    for op, compute in (("kand", arith.andi), ("kor", arith.ori), ("kxor", arith.xori)):
        yield Intrinsic(f"_{op}_mask{bits}", mask, (mask, mask), compute)
    number = "unsigned long long" if bits == 64 else "unsigned int"
    yield Intrinsic(f"_cvtu{max(32, bits)}_mask{bits}", mask, (number,), lambda k: _resized(k, bits))
    yield Intrinsic(f"_cvtmask{bits}_u{max(32, bits)}", number, (mask,), lambda k: _resized(k, max(32, bits)))
    for op, whole in (("z", 0), ("c", -1)):
        yield Intrinsic(f"_kortest{op}_mask{bits}_u8", "unsigned char", (mask, mask), partial(_kortest, whole, 8))
        if bits == 16:
            yield Intrinsic(f"_mm512_kortest{op}", "int", (mask, mask), partial(_kortest, whole, 32))
    yield Intrinsic(f"_knot_mask{bits}", mask, (mask,), lambda k: arith.xori(k, arith.constant(k.type, -1)))


def _kortest(whole: int, bits: int, a: ir.Value, b: ir.Value) -> ir.Value:
    """Whether the masks together are empty (0) or full (-1), as a number of so many bits."""
    return arith.extui(_integer(bits), arith.cmpi(I.eq, arith.ori(a, b), arith.constant(a.type, whole)))


def _integer(bits: int) -> ir.Type:
    return ir.IntegerType.get_signless(bits)


def _resized(value: ir.Value, bits: int) -> ir.Value:
    """An unsigned number in another width."""
    kind, own = _integer(bits), ir.IntegerType(value.type).width
    return value if own == bits else arith.extui(kind, value) if own < bits else arith.trunci(kind, value)
