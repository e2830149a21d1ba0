"""Neighbouring lanes joined: horizontal sums and differences, sums of absolute differences, packs with saturation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype, splat


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for width in (128, 256):
        for suffix in ("ps", "pd", "epi16", "epi32"):
            lanes = Lanes(width, suffix)
            for op, compute in _operations(lanes).items():
                yield Intrinsic(f"{prefix(width)}_h{op}_{suffix}", lanes.register, (lanes.register,) * 2, _horizontal(lanes, compute))
    for width in WIDTHS:
        for bits in (16, 32):
            for op in ("packs", "packus"):
                lanes = Lanes(width, f"epi{bits}")
                yield Intrinsic(f"{prefix(width)}_{op}_epi{bits}", lanes.register, (lanes.register,) * 2, _pack(lanes, op == "packs"))
        yield Intrinsic(f"{prefix(width)}_sad_epu8", f"__m{width}i", (f"__m{width}i",) * 2, lambda a, b, width=width: _sad(a, b, width))


def _operations(lanes: Lanes) -> dict[str, Callable]:
    return {"add": arith.addf, "sub": arith.subf} if lanes.is_float else {"add": arith.addi, "sub": arith.subi}


def _horizontal(lanes: Lanes, compute: Callable) -> Callable:
    """In each 128 bits: the first operand's pairs, then the second's."""
    each = 128 // lanes.bits

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        sources = [retype(a, lanes.type), retype(b, lanes.type)]
        joined = []
        for k in range(lanes.count):
            block, place = divmod(k, each)
            source = sources[place // (each // 2)]
            first = block * each + place % (each // 2) * 2
            joined.append(compute(vector.extract(source, [], [first]), vector.extract(source, [], [first + 1])))
        return finish(vector.from_elements(lanes.type, joined), lanes)

    return build


def _pack(lanes: Lanes, signed: bool) -> Callable:
    """In each 128 bits: the first operand's lanes in half the width, saturated, then the second's."""
    narrow = Lanes(lanes.width, f"epi{lanes.bits // 2}")
    each, top = 128 // lanes.bits, 1 << (narrow.bits - 1 if signed else narrow.bits)
    low, high = (-top, top - 1) if signed else (0, top - 1)

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        clamped = []
        for value in (a, b):
            inside = arith.minsi(arith.maxsi(retype(value, lanes.type), splat(lanes.type, low)), splat(lanes.type, high))
            clamped.append(arith.trunci(ir.VectorType.get([lanes.count], narrow.element), inside))
        places = [(k // each % 2, k // (2 * each) * each + k % each) for k in range(narrow.count)]
        return finish(vector.from_elements(narrow.type, [vector.extract(clamped[o], [], [at]) for o, at in places]), narrow)

    return build


def _sad(a: ir.Value, b: ir.Value, width: int) -> ir.Value:
    """Eight absolute differences of unsigned bytes summed into each 64 bits."""
    octets, wide, sums = Lanes(width, "epi8"), ir.VectorType.get([width // 8], ir.IntegerType.get_signless(64)), Lanes(width, "epi64")
    left, right = (arith.extui(wide, retype(value, octets.type)) for value in (a, b))
    apart = arith.subi(arith.maxui(left, right), arith.minui(left, right))
    totals = []
    for block in range(sums.count):
        total = vector.extract(apart, [], [block * 8])
        for k in range(1, 8):
            total = arith.addi(total, vector.extract(apart, [], [block * 8 + k]))
        totals.append(total)
    return finish(vector.from_elements(sums.type, totals), sums)
