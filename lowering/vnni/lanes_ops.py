"""Lanes and parts of registers."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import DOUBLE, FLOAT, INT, INTS
from xpiler.lowering.c_text.expression import BAND, POSTFIX, Expr, call, integer, merged
from xpiler.lowering.c_text.location import place_of
from xpiler.lowering.vnni.registers import Lanes, mask_type

_VECTOR_NAMES = {8: "qi", 16: "hi", 32: "si", 64: "di"}


def splat(body: Body, lanes: Lanes, value: Expr) -> Expr:
    """One value in every lane."""
    if value.text in ("0", "0.0f", "0.0"):
        return lanes.intrinsic("setzero", suffix=lanes.whole)
    if lanes.element in ("f16", "bf16") and value.ctype.kind == "float":
        raise Unsupported(f"a splat of {lanes.element}")
    suffix = "epi64x" if lanes.suffix == "epi64" and lanes.width < 512 else lanes.suffix
    return lanes.intrinsic("set1", value, suffix=suffix)


def set_lanes(body: Body, lanes: Lanes, values: list[Expr]) -> Expr:
    """Lanes one by one, the first in lane 0."""
    if all(v.text == values[0].text for v in values):
        return splat(body, lanes, values[0])
    values += [integer(0, INT)] * (lanes.width // lanes.bits - len(values))
    suffix = "epi64x" if lanes.suffix == "epi64" and lanes.width < 512 else lanes.suffix
    if lanes.width == 512 and lanes.bits < 32:
        return lanes.intrinsic("set", *reversed(values), suffix=suffix)
    if lanes.bits == 64 and lanes.width < 512 and lanes.element == "i64":
        return lanes.intrinsic("set", *reversed(values), suffix=suffix)
    return lanes.intrinsic("setr", *values, suffix=suffix)


def lane(lanes: Lanes, value: Expr, position: int) -> Expr:
    """One lane as a scalar."""
    if lanes.element == "f32" and position == 0:
        return call(f"{lanes.prefix}_cvtss_f32", (value,), FLOAT)
    if lanes.element == "f64" and position == 0:
        return call(f"{lanes.prefix}_cvtsd_f64", (value,), DOUBLE)
    if lanes.is_float:
        ctype = FLOAT if lanes.bits == 32 else DOUBLE
        return Expr(f"{value.within(POSTFIX)}[{position}]", ctype, POSTFIX, **merged((value,)))
    if lanes.element == "i32" and position == 0:
        name = f"{lanes.prefix}_cvtsi{lanes.width}_si32"
        return call(name, (value,), INT)
    vector = f"__v{lanes.width // lanes.bits}{_VECTOR_NAMES[lanes.bits]}"
    return Expr(f"(({vector}){value.text})[{position}]", INTS[lanes.bits], POSTFIX, **merged((value,)))


def low_lanes(mask: Expr, count: int) -> Expr:
    """The first lanes of a mask; a mask register has at least eight."""
    bound = (1 << count) - 1
    if count >= 8 or mask.high <= bound:
        return Expr(mask.text, mask_type(count), mask.rank, mask.low, min(mask.high, bound), mask.variables, mask.impure, mask.operators)
    return Expr(f"{mask.within(BAND)} & {bound}", mask_type(count), BAND, 0, bound, **merged((mask,)))


def part(big: Lanes, small: Lanes, value: Expr, offset: int, op: ir.Operation) -> Expr:
    """Some adjacent lanes of a register."""
    first_bit = offset * big.bits
    if small.width == big.width and offset == 0:
        return value
    if offset == 0:
        return call(f"{big.prefix}_cast{_sized(big)}_{_sized(small)}", (value,), small.ctype)
    index = integer(first_bit // small.width, INT)
    if first_bit % small.width or small.bits * small.count < 128:
        raise Unsupported("lanes that are no aligned part of a register", place_of(op.location))
    names = {
        (512, 256): ("extractf32x8_ps", "extractf64x4_pd", "extracti64x4_epi64"),
        (512, 128): ("extractf32x4_ps", "extractf64x2_pd", "extracti32x4_epi32"),
        (256, 128): ("extractf128_ps", "extractf128_pd", "extracti128_si256"),
    }
    name = names[(big.width, small.width)][("ps", "pd").index(big.suffix) if big.is_float else 2]
    return call(f"{big.prefix}_{name}", (value, index), small.ctype)


def with_part(small: Lanes, big: Lanes, value: Expr, rest: Expr, offset: int, op: ir.Operation) -> Expr:
    """A register with some adjacent lanes replaced."""
    if small.width == big.width and offset == 0 and "setzero" in rest.text:
        return value
    if "setzero" in rest.text and offset == 0:
        return call(f"{big.prefix}_zext{_sized(small)}_{_sized(big)}", (value,), big.ctype)
    if small.width != 256 or big.width != 512:
        raise Unsupported("inserting lanes of this width", place_of(op.location))
    name = {"ps": "insertf32x8", "pd": "insertf64x4"}.get(big.suffix, "inserti64x4")
    return call(f"_mm512_{name}", (rest, value, integer(offset * big.bits // 256, INT)), big.ctype)


def _sized(lanes: Lanes) -> str:
    """`ps256`, `si512`."""
    return f"{lanes.suffix}{lanes.width}" if lanes.is_float else lanes.whole


def shuffled(body: Body, source: Lanes, result: Lanes, a: Expr, b: Expr, lanes: list[int], op: ir.Operation) -> Expr:
    """Lanes of two registers in any order, by a permute with a constant index."""
    if source.width != result.width or source.count != result.count or (source.bits < 16 and source.width == 512):
        raise Unsupported("a shuffle that changes the number of lanes", place_of(op.location))
    index = set_lanes(body, Lanes(f"i{source.bits}", source.count), [integer(i, INT) for i in lanes])
    if all(i < source.count for i in lanes):
        return source.intrinsic("permutexvar", index, a)
    return source.intrinsic("permutex2var", a, index, b)
