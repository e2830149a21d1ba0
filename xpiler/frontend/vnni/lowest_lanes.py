"""The lowest lanes of a register alone: loads and stores of 16, 32 or 64 bits, and broadcasts of lane 0."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic, Memory, finish
from xpiler.frontend.vnni.memory import bits_of
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, retype

INTEGERS = {8: "b", 16: "w", 32: "d", 64: "q"}
FLOATS = {"ps": "ss", "pd": "sd"}


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for bits in (16, 32, 64):
        lanes = Lanes(128, f"epi{bits}")
        yield Intrinsic(f"_mm_loadu_si{bits}", "__m128i", ("const void *",), lambda p, lanes=lanes: load(p, lanes))
        yield Intrinsic(f"_mm_storeu_si{bits}", "void", ("void *", "__m128i"), lambda p, v, lanes=lanes: store(p, v, lanes))
    quad = Lanes(128, "epi64")
    yield Intrinsic("_mm_loadl_epi64", "__m128i", ("const __m128i *",), lambda p: load(p, quad))
    yield Intrinsic("_mm_storel_epi64", "void", ("__m128i *", "__m128i"), lambda p, v: store(p, v, quad))
    yield Intrinsic("_mm_load_ss", "__m128", ("const float *",), lambda p: load(p, Lanes(128, "ps")))
    yield Intrinsic("_mm_store_ss", "void", ("float *", "__m128"), lambda p, v: store(p, v, Lanes(128, "ps")))
    yield Intrinsic("_mm_cvtsi32_si128", "__m128i", ("int",), lambda value: _alone(value, Lanes(128, "epi32")))
    yield Intrinsic("_mm_cvtsi64_si128", "__m128i", ("long long",), lambda value: _alone(value, quad))
    for width in WIDTHS:
        yield from _broadcasts(width)


def load(memory: Memory, lanes: Lanes) -> ir.Value:
    """Lane 0 from memory, whatever the base's element type; zero in the others."""
    stored = _stored(memory, lanes)
    loaded = retype(vector.load(stored, memory.base, [memory.offset]), ir.VectorType.get([1], lanes.element))
    return _alone(vector.extract(loaded, [], [0]), lanes)


def store(memory: Memory, value: ir.Value, lanes: Lanes) -> None:
    """Lane 0 to memory."""
    lowest = vector.from_elements(ir.VectorType.get([1], lanes.element), [_lowest(value, lanes)])
    vector.store(retype(lowest, _stored(memory, lanes)), memory.base, [memory.offset])


def _stored(memory: Memory, lanes: Lanes) -> ir.Type:
    element = ir.MemRefType(memory.base.type).element_type
    count, rest = divmod(lanes.bits, bits_of(element))
    if rest or not count:
        raise ValueError(f"an access of {lanes.bits} bits to a buffer of {element}")
    return ir.VectorType.get([count], element)


def _alone(value: ir.Value, lanes: Lanes) -> ir.Value:
    zero = arith.constant(lanes.element, 0.0 if lanes.is_float else 0)
    return finish(vector.from_elements(lanes.type, [value, *[zero] * (lanes.count - 1)]), lanes)


def _lowest(value: ir.Value, lanes: Lanes) -> ir.Value:
    return vector.extract(retype(value, lanes.type), [], [0])


def _broadcasts(width: int) -> Iterator[Intrinsic]:
    """`broadcastd` and its kin: lane 0 of a 128-bit register in every lane."""
    names = {f"epi{bits}": f"broadcast{letter}_epi{bits}" for bits, letter in INTEGERS.items()}
    names |= {suffix: f"broadcast{letters}_{suffix}" for suffix, letters in FLOATS.items()}
    for suffix, name in names.items():
        lanes, narrow = Lanes(width, suffix), Lanes(128, suffix)

        def spread(value: ir.Value, lanes: Lanes = lanes, narrow: Lanes = narrow) -> ir.Value:
            return finish(vector.broadcast(lanes.type, _lowest(value, narrow)), lanes)

        yield Intrinsic(f"{prefix(width)}_{name}", lanes.register, (narrow.register,), spread)
