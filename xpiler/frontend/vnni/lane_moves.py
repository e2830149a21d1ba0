"""Blocks repeated over a register, byte shifts of whole registers, single lanes in and out, registers joined, scatters."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mlir import ir
from mlir.dialects import arith, math, memref, scf, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic, Memory, finish
from xpiler.frontend.vnni.memory import bits_of
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_lanes, prefix, retype, splat


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for name, suffix, wide, narrow in (
        *((f"broadcast_{kind}x4", suffix, wide, 128) for kind, suffix in (("f32", "ps"), ("i32", "epi32")) for wide in (256, 512)),
        ("broadcast_f32x8", "ps", 512, 256),
        ("broadcast_i32x8", "epi32", 512, 256),
        ("broadcast_f64x4", "pd", 512, 256),
        ("broadcast_i64x4", "epi64", 512, 256),
        ("broadcast_f64x2", "pd", 512, 128),
        ("broadcast_i64x2", "epi64", 512, 128),
        ("broadcastsi128_si256", "epi32", 256, 128),
    ):
        yield _repeated(f"{prefix(wide)}_{name}", Lanes(wide, suffix), Lanes(narrow, suffix))
    for width in (128, 256):
        single = Lanes(width, "ps")
        yield Intrinsic(f"{prefix(width)}_broadcast_ss", single.register, ("const float *",), lambda p, lanes=single: _spread(p, lanes))
    for width in WIDTHS:
        yield from _byte_shifts(width)
    yield from _single_lanes()
    yield from _scalar_floats()
    yield from _joined()
    for suffix in ("ps", "epi32"):
        yield from _scatters(Lanes(512, suffix))


def _repeated(name: str, wide: Lanes, narrow: Lanes) -> Intrinsic:
    def build(value: ir.Value) -> ir.Value:
        source = retype(value, narrow.type)
        lanes = [vector.extract(source, [], [k % narrow.count]) for k in range(wide.count)]
        return finish(vector.from_elements(wide.type, lanes), wide)

    return Intrinsic(name, wide.register, (narrow.register,), build)


def _spread(memory: Memory, lanes: Lanes) -> ir.Value:
    loaded = memref.load(memory.base, [memory.offset])
    if loaded.type != lanes.element:
        raise ValueError(f"a broadcast of a float from a buffer of {loaded.type}")
    return vector.broadcast(lanes.type, loaded)


def _byte_shifts(width: int) -> Iterator[Intrinsic]:
    """In each 128 bits; zeros come in."""
    lanes = Lanes(width, "epi8")

    def moved(value: ir.Value, by: int) -> ir.Value:
        source, zero = retype(value, lanes.type), arith.constant(lanes.element, 0)
        at = [k if 0 <= k % 16 - by < 16 else None for k in range(lanes.count)]
        return finish(vector.from_elements(lanes.type, [zero if k is None else vector.extract(source, [], [k - by]) for k in at]), lanes)

    start = prefix(width)
    names = [("bslli", "bsrli", f"_{'si128' if width == 128 else 'epi128'}")]
    names += [("slli", "srli", f"_si{width}")] if width < 512 else []
    for left, right, end in names:
        yield Intrinsic(f"{start}_{left}{end}", lanes.register, (lanes.register, "imm"), lambda v, by: moved(v, min(by, 16)))
        yield Intrinsic(f"{start}_{right}{end}", lanes.register, (lanes.register, "imm"), lambda v, by: moved(v, -min(by, 16)))


def _single_lanes() -> Iterator[Intrinsic]:
    for width in (128, 256):
        for bits in (8, 16, 32, 64):
            lanes = Lanes(width, f"epi{bits}")
            result = "long long" if bits == 64 else "int"

            def extract(value: ir.Value, at: int, lanes: Lanes = lanes) -> ir.Value:
                lane = vector.extract(retype(value, lanes.type), [], [at % lanes.count])
                return lane if lanes.bits >= 32 else arith.extui(ir.IntegerType.get_signless(32), lane)

            def insert(value: ir.Value, lane: ir.Value, at: int, lanes: Lanes = lanes) -> ir.Value:
                small = lane if lane.type == lanes.element else arith.trunci(lanes.element, lane)
                return finish(vector.insert(small, retype(value, lanes.type), [], [at % lanes.count]), lanes)

            start, register = prefix(width), lanes.register
            yield Intrinsic(f"{start}_extract_epi{bits}", result, (register, "imm"), extract)
            yield Intrinsic(f"{start}_insert_epi{bits}", register, (register, result, "imm"), insert)
    yield Intrinsic("_mm_cvtsi128_si64", "long long", ("__m128i",), lambda v: vector.extract(retype(v, Lanes(128, "epi64").type), [], [0]))


def _scalar_floats() -> Iterator[Intrinsic]:
    """Lane 0 alone: `ss` in float, `sd` in double."""
    for suffix, letters in (("ps", "ss"), ("pd", "sd")):
        lanes = Lanes(128, suffix)
        zeros = lambda lanes=lanes: splat(lanes.type, 0)  # noqa: E731
        yield Intrinsic(f"_mm_set_{letters}", lanes.register, (lanes.scalar,), lambda x, zeros=zeros: vector.insert(x, zeros(), [], [0]))
        for op, predicate in (("max", arith.CmpFPredicate.OGT), ("min", arith.CmpFPredicate.OLT)):
            choose = lambda a, b, p=predicate: arith.select(arith.cmpf(p, a, b), a, b)  # noqa: E731
            yield Intrinsic(f"_mm_{op}_{letters}", lanes.register, (lanes.register,) * 2, _lowest(choose))
        yield Intrinsic(f"_mm_move_{letters}", lanes.register, (lanes.register,) * 2, _lowest(lambda a, b: b))
    yield Intrinsic("_mm_sqrt_ss", "__m128", ("__m128",), lambda a: _lowest(lambda x, _: math.sqrt(x))(a, a))
    yield Intrinsic("_mm_fmadd_ss", "__m128", ("__m128",) * 3, _fused)


def _lowest(compute: Callable) -> Callable:
    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        return vector.insert(compute(vector.extract(a, [], [0]), vector.extract(b, [], [0])), a, [], [0])

    return build


def _fused(a: ir.Value, b: ir.Value, c: ir.Value) -> ir.Value:
    low = math.fma(*(vector.extract(value, [], [0]) for value in (a, b, c)))
    return vector.insert(low, a, [], [0])


def _joined() -> Iterator[Intrinsic]:
    """256 bits of two halves; `set` takes the upper one first."""
    for end, suffix in (("m128", "ps"), ("m128i", "epi32"), ("m128d", "pd")):
        big, small = Lanes(256, suffix), Lanes(128, suffix)

        def join(low: ir.Value, high: ir.Value, big: Lanes = big, small: Lanes = small) -> ir.Value:
            half = vector.insert_strided_slice(low, splat(big.type, 0), [0], [1])
            return vector.insert_strided_slice(high, half, [small.count], [1])

        yield Intrinsic(f"_mm256_setr_{end}", big.register, (small.register,) * 2, join)
        yield Intrinsic(f"_mm256_set_{end}", big.register, (small.register,) * 2, lambda high, low, join=join: join(low, high))


def _scatters(lanes: Lanes) -> Iterator[Intrinsic]:
    """`i32scatter`: a store a lane, lane 0 first, so that of equal indices the highest lane's value stays."""

    def put(memory: Memory, indices: ir.Value, value: ir.Value, scale: int) -> None:
        for k in range(lanes.count):
            _store(memory, indices, value, scale, lanes, k)

    def masked(memory: Memory, mask: ir.Value, indices: ir.Value, value: ir.Value, scale: int) -> None:
        bits = mask_lanes(mask, lanes.count)
        for k in range(lanes.count):
            guarded = scf.IfOp(vector.extract(bits, [], [k]))
            with ir.InsertionPoint(guarded.then_block):
                _store(memory, indices, value, scale, lanes, k)
                scf.yield_([])

    name = f"_mm512_{{}}i32scatter_{lanes.suffix}"
    yield Intrinsic(name.format(""), "void", ("void *", "__m512i", lanes.register, "imm"), put)
    yield Intrinsic(name.format("mask_"), "void", ("void *", lanes.mask, "__m512i", lanes.register, "imm"), masked)


def _store(memory: Memory, indices: ir.Value, value: ir.Value, scale: int, lanes: Lanes, lane: int) -> None:
    element = ir.MemRefType(memory.base.type).element_type
    if bits_of(element) != lanes.bits or scale * 8 != lanes.bits:
        raise ValueError(f"a scatter of {lanes.bits}-bit lanes by a scale of {scale} to a buffer of {element}")
    at = arith.addi(memory.offset, arith.index_cast(ir.IndexType.get(), vector.extract(indices, [], [lane])))
    number = vector.extract(value, [], [lane])
    memref.store(number if number.type == element else arith.bitcast(element, number), memory.base, [at])
