"""Reductions over a register's lanes, and the integer dot products of VNNI."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_lanes, prefix, retype, splat

IDENTITIES = {"add": 0, "mul": 1}
REDUCED = ("ps", "pd", "epi32", "epi64")


def rows() -> Iterator[Intrinsic]:
    """Reductions of 512-bit registers; dot products and pairwise products at every width."""
    for suffix in REDUCED:
        for op in ("add", "mul", "max", "min"):
            yield from _reduction(op, Lanes(512, suffix))
    for width in WIDTHS:
        yield from _dots(width)
        yield from _pairs(width)


def _kind(op: str, lanes: Lanes) -> str:
    if op in ("add", "mul"):
        return op
    if lanes.is_float:
        return f"{op}numf"
    return f"{op}{'u' if lanes.is_unsigned else 's'}i"


def _reduce(op: str, lanes: Lanes, value: ir.Value) -> ir.Value:
    attribute = ir.Attribute.parse(f"#vector.kind<{_kind(op, lanes)}>")
    return vector.reduction(lanes.element, attribute, retype(value, lanes.type))


def _reduction(op: str, lanes: Lanes) -> Iterator[Intrinsic]:
    yield Intrinsic(f"_mm512_reduce_{op}_{lanes.suffix}", lanes.scalar, (lanes.register,), lambda v: _reduce(op, lanes, v))
    if op in IDENTITIES:

        def masked(mask: ir.Value, value: ir.Value) -> ir.Value:
            typed = retype(value, lanes.type)
            return _reduce(op, lanes, arith.select(mask_lanes(mask, lanes.count), typed, splat(lanes.type, IDENTITIES[op])))

        yield Intrinsic(f"_mm512_mask_reduce_{op}_{lanes.suffix}", lanes.scalar, (lanes.mask, lanes.register), masked)


def _dots(width: int) -> Iterator[Intrinsic]:
    """vpdpbusd: unsigned bytes of the first, signed of the second, four products a lane; vpdpwssd: two of 16 bits."""
    accumulator = Lanes(width, "epi32")
    for kind, parts in (("dpbusd", "epi8"), ("dpbusds", "epi8"), ("dpwssd", "epi16"), ("dpwssds", "epi16")):
        lanes = Lanes(width, parts)

        def build(acc: ir.Value, a: ir.Value, b: ir.Value, kind: str = kind, lanes: Lanes = lanes) -> ir.Value:
            return _vnni("vnni.dot", kind, accumulator.type, acc, retype(a, lanes.type), retype(b, lanes.type))

        def zeroed(mask: ir.Value, acc: ir.Value, a: ir.Value, b: ir.Value, build: Callable = build) -> ir.Value:
            return arith.select(mask_lanes(mask, accumulator.count), build(acc, a, b), splat(accumulator.type, 0))

        register = accumulator.register
        yield Intrinsic(f"{prefix(width)}_{kind}_epi32", register, (register,) * 3, build)
        yield Intrinsic(f"{prefix(width)}_maskz_{kind}_epi32", register, (accumulator.mask, *(register,) * 3), zeroed)


def _pairs(width: int) -> Iterator[Intrinsic]:
    start, register = prefix(width), f"__m{width}i"
    words, wide = Lanes(width, "epi16"), Lanes(width, "epi32")
    pieces = Lanes(width, "epi8")
    yield Intrinsic(
        f"{start}_madd_epi16",
        register,
        (register,) * 2,
        lambda a, b: _vnni("vnni.madd", "", wide.type, retype(a, words.type), retype(b, words.type)),
    )
    yield Intrinsic(
        f"{start}_maddubs_epi16",
        register,
        (register,) * 2,
        lambda a, b: retype(_vnni("vnni.maddubs", "", words.type, retype(a, pieces.type), retype(b, pieces.type)), wide.type),
    )


def _vnni(name: str, kind: str, result: ir.Type, *operands: ir.Value) -> ir.Value:
    attributes = {"kind": ir.Attribute.parse(f"#vnni.dot_kind<{kind}>")} if kind else {}
    return ir.Operation.create(name, results=[result], operands=list(operands), attributes=attributes).result
