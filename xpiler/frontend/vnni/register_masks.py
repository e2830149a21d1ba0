"""Comparisons whose result is a register of all ones and zeros (AVX2), blends by it or by an immediate, and signs as bits."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith

from xpiler.diagnostics import Unsupported
from xpiler.frontend.vnni.comparison import FLOAT_PREDICATES, SIGNED, F
from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.permutes import by_immediate
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_integer, mask_lanes, prefix, retype, splat

NAMED = {"eq": F.OEQ, "lt": F.OLT, "le": F.OLE, "gt": F.OGT, "ge": F.OGE, "neq": F.UNE}


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for width in (128, 256):
        for suffix in ("ps", "pd"):
            yield _float_compare(Lanes(width, suffix))
            yield from _blends(Lanes(width, suffix))
        yield from _integer_compares(width)
        yield _blend_variable(Lanes(width, "epi8"))
        yield by_immediate("blend_epi32", Lanes(width, "epi32"), 2, _chosen)
        yield by_immediate("blend_epi16", Lanes(width, "epi16"), 2, lambda count, imm: _chosen(count, imm | imm << 8))
        for name, suffix in (("ps", "ps"), ("pd", "pd"), ("epi8", "epi8")):
            yield _movemask(name, Lanes(width, suffix))
    for suffix in ("ps", "pd"):
        yield from _named(Lanes(128, suffix))
    for width in WIDTHS:
        for bits in (8, 16, 32, 64):
            yield from _masks_and_registers(Lanes(width, f"epi{bits}"))


def ones_where(condition: ir.Value, lanes: Lanes) -> ir.Value:
    """A register whose lanes are all ones where the condition holds, else zero."""
    whole = Lanes(lanes.width, f"epi{lanes.bits}")
    bits = arith.select(condition, splat(whole.type, -1), splat(whole.type, 0))
    return finish(retype(bits, lanes.type), lanes)


def is_negative(value: ir.Value, lanes: Lanes) -> ir.Value:
    """The highest bit of every lane."""
    whole = Lanes(lanes.width, f"epi{lanes.bits}")
    return arith.cmpi(arith.CmpIPredicate.slt, retype(value, whole.type), splat(whole.type, 0))


def _float_compare(lanes: Lanes) -> Intrinsic:
    def build(a: ir.Value, b: ir.Value, immediate: int) -> ir.Value:
        if immediate not in FLOAT_PREDICATES:
            raise Unsupported(f"comparison predicate {immediate} (always false or always true)")
        return ones_where(arith.cmpf(FLOAT_PREDICATES[immediate], a, b), lanes)

    return Intrinsic(f"{prefix(lanes.width)}_cmp_{lanes.suffix}", lanes.register, (lanes.register, lanes.register, "imm"), build)


def _named(lanes: Lanes) -> Iterator[Intrinsic]:
    for op, predicate in NAMED.items():
        name = f"_mm_cmp{op}_{lanes.suffix}"
        yield Intrinsic(name, lanes.register, (lanes.register,) * 2, lambda a, b, p=predicate: ones_where(arith.cmpf(p, a, b), lanes))


def _integer_compares(width: int) -> Iterator[Intrinsic]:
    for bits in (8, 16, 32, 64):
        lanes = Lanes(width, f"epi{bits}")
        for op in ("eq", "gt", "lt") if width == 128 and bits < 64 else ("eq", "gt"):

            def build(a: ir.Value, b: ir.Value, op: str = op, lanes: Lanes = lanes) -> ir.Value:
                return ones_where(arith.cmpi(SIGNED[op], retype(a, lanes.type), retype(b, lanes.type)), lanes)

            yield Intrinsic(f"{prefix(width)}_cmp{op}_epi{bits}", lanes.register, (lanes.register,) * 2, build)


def _blends(lanes: Lanes) -> Iterator[Intrinsic]:
    yield by_immediate(f"blend_{lanes.suffix}", lanes, 2, _chosen)
    yield _blend_variable(lanes)


def _blend_variable(lanes: Lanes) -> Intrinsic:
    def build(no: ir.Value, yes: ir.Value, by: ir.Value) -> ir.Value:
        return finish(arith.select(is_negative(by, lanes), retype(yes, lanes.type), retype(no, lanes.type)), lanes)

    return Intrinsic(f"{prefix(lanes.width)}_blendv_{lanes.suffix}", lanes.register, (lanes.register,) * 3, build)


def _chosen(count: int, imm: int) -> list[tuple[int, int]]:
    return [(imm >> k % 16 & 1, k) for k in range(count)]


def _movemask(name: str, lanes: Lanes) -> Intrinsic:
    return Intrinsic(f"{prefix(lanes.width)}_movemask_{name}", "int", (lanes.register,), lambda v: mask_integer(is_negative(v, lanes), 32))


def _masks_and_registers(lanes: Lanes) -> Iterator[Intrinsic]:
    """`movm`, `movepi_mask`, and tests of bits."""
    start, register = prefix(lanes.width), lanes.register
    yield Intrinsic(f"{start}_movm_epi{lanes.bits}", register, (lanes.mask,), lambda k: ones_where(mask_lanes(k, lanes.count), lanes))
    bits = max(8, lanes.count)
    name = f"{start}_movepi{lanes.bits}_mask"
    yield Intrinsic(name, lanes.mask, (register,), lambda v: mask_integer(is_negative(v, lanes), bits))
    for op, predicate in (("test", arith.CmpIPredicate.ne), ("testn", arith.CmpIPredicate.eq)):

        def build(a: ir.Value, b: ir.Value, predicate: arith.CmpIPredicate = predicate) -> ir.Value:
            both = arith.andi(retype(a, lanes.type), retype(b, lanes.type))
            return mask_integer(arith.cmpi(predicate, both, splat(lanes.type, 0)), bits)

        yield Intrinsic(f"{start}_{op}_epi{lanes.bits}_mask", lanes.mask, (register,) * 2, build)
