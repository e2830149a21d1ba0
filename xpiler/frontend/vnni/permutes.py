"""Lanes that change their place: unpacks, shuffles by an immediate, halves and quarters, gathers by an index register.

Each is told lane by lane, as `vector.extract` and `vector.from_elements`: which lane goes where is a constant, except in
a gather, whose lanes are loads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlir import ir
from mlir.dialects import arith, memref, scf, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic, Memory, finish
from xpiler.frontend.vnni.memory import bits_of
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_lanes, prefix, retype

Chosen = Callable[[int, int], list[tuple[int, int]]]  # (lanes of a register, immediate) -> (operand, its lane) for each lane
SUFFIXES = ("ps", "pd", "epi8", "epi16", "epi32", "epi64")


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for width in WIDTHS:
        for suffix in SUFFIXES:
            lanes = Lanes(width, suffix)
            yield _fixed(f"unpacklo_{suffix}", lanes, 2, _unpacked(lanes, high=False))
            yield _fixed(f"unpackhi_{suffix}", lanes, 2, _unpacked(lanes, high=True))
        single, double, whole = (Lanes(width, suffix) for suffix in ("ps", "pd", "epi32"))
        yield _fixed("movehdup_ps", single, 1, [(0, k | 1) for k in range(single.count)])
        yield _fixed("moveldup_ps", single, 1, [(0, k & ~1) for k in range(single.count)])
        yield _fixed("movedup_pd", double, 1, [(0, k & ~1) for k in range(double.count)])
        yield by_immediate("shuffle_ps", single, 2, _shuffled_quads)
        yield by_immediate("permute_ps", single, 1, _permuted_quads)
        yield by_immediate("shuffle_epi32", whole, 1, _permuted_quads)
        yield by_immediate("shuffle_pd", double, 2, _shuffled_pairs)
        yield from _gathers(width)
    yield from _of_128_bits()
    yield from _blocks()


def _of_128_bits() -> Iterator[Intrinsic]:
    lanes = Lanes(128, "ps")
    yield _fixed("movehl_ps", lanes, 2, [(1, 2), (1, 3), (0, 2), (0, 3)])
    yield _fixed("movelh_ps", lanes, 2, [(0, 0), (0, 1), (1, 0), (1, 1)])
    for suffix, letters in (("ps", "ss"), ("pd", "sd")):
        lanes = Lanes(128, suffix)
        for op, compute in (("add", arith.addf), ("sub", arith.subf), ("mul", arith.mulf), ("div", arith.divf)):
            yield Intrinsic(f"_mm_{op}_{letters}", lanes.register, (lanes.register,) * 2, _lowest(compute, lanes))


def _lowest(compute: Callable, lanes: Lanes) -> Callable:
    """Arithmetic on lane 0; the other lanes are the first operand's."""

    def build(a: ir.Value, b: ir.Value) -> ir.Value:
        low = compute(vector.extract(a, [], [0]), vector.extract(b, [], [0]))
        return vector.from_elements(lanes.type, [low, *(vector.extract(a, [], [k]) for k in range(1, lanes.count))])

    return build


def _blocks() -> Iterator[Intrinsic]:
    """Halves of 256 bits, quarters of 512, and quadwords anywhere."""
    for suffix, name in (("ps", "permute2f128_ps"), ("pd", "permute2f128_pd"), ("epi32", "permute2x128_si256")):
        yield by_immediate(name, Lanes(256, suffix), 2, _two_halves)
    for suffix, name in (("ps", "shuffle_f32x4"), ("pd", "shuffle_f64x2"), ("epi32", "shuffle_i32x4"), ("epi64", "shuffle_i64x2")):
        yield by_immediate(name, Lanes(512, suffix), 2, _quarters)
    for suffix, name in (("epi64", "permute4x64_epi64"), ("pd", "permute4x64_pd")):
        yield by_immediate(name, Lanes(256, suffix), 1, lambda count, imm: [(0, imm >> 2 * k & 3) for k in range(count)])


def _fixed(op: str, lanes: Lanes, operands: int, chosen: Sequence[tuple[int, int]]) -> Intrinsic:
    def build(*values: ir.Value) -> ir.Value:
        return picked(values, lanes, chosen)

    return Intrinsic(f"{prefix(lanes.width)}_{op}", lanes.register, (lanes.register,) * operands, build)


def by_immediate(op: str, lanes: Lanes, operands: int, chosen: Chosen) -> Intrinsic:
    """Lanes of the operands, chosen by a constant last argument."""

    def build(*values: ir.Value | int) -> ir.Value:
        return picked(values[:-1], lanes, chosen(lanes.count, values[-1]))

    return Intrinsic(f"{prefix(lanes.width)}_{op}", lanes.register, (*(lanes.register,) * operands, "imm"), build)


def picked(values: Sequence[ir.Value], lanes: Lanes, chosen: Sequence[tuple[int, int]]) -> ir.Value:
    """Of which operand, and which of its lanes: a permute where one operand gives them all, else lane by lane."""
    typed = [retype(value, lanes.type) for value in values]
    (first, *others) = {operand for operand, _ in chosen}
    if not others:
        return finish(permuted(typed[first], lanes, [lane for _, lane in chosen]), lanes)
    picked = [vector.extract(typed[operand], [], [lane]) for operand, lane in chosen]
    return finish(vector.from_elements(lanes.type, picked), lanes)


def permuted(value: ir.Value, lanes: Lanes, places: Sequence[int]) -> ir.Value:
    """`vnni.permute` by constants."""
    kind = ir.VectorType.get([lanes.count], ir.IntegerType.get_signless(lanes.bits))
    index = arith.constant(kind, ir.DenseElementsAttr.get([ir.IntegerAttr.get(kind.element_type, k) for k in places], kind))
    return ir.Operation.create("vnni.permute", results=[lanes.type], operands=[value, index]).result


def _unpacked(lanes: Lanes, *, high: bool) -> list[tuple[int, int]]:
    """One lane of each operand in turn, from the low or high half of every 128 bits."""
    each = 128 // lanes.bits
    start = each // 2 if high else 0
    return [(k % 2, k // each * each + start + k % each // 2) for k in range(lanes.count)]


def _shuffled_quads(count: int, imm: int) -> list[tuple[int, int]]:
    return [(k % 4 // 2, k // 4 * 4 + (imm >> 2 * (k % 4) & 3)) for k in range(count)]


def _permuted_quads(count: int, imm: int) -> list[tuple[int, int]]:
    return [(0, k // 4 * 4 + (imm >> 2 * (k % 4) & 3)) for k in range(count)]


def _shuffled_pairs(count: int, imm: int) -> list[tuple[int, int]]:
    return [(k % 2, k // 2 * 2 + (imm >> k & 1)) for k in range(count)]


def _two_halves(count: int, imm: int) -> list[tuple[int, int]]:
    """Each half by two bits of the immediate; a half that is set to zero is refused."""
    if imm & 0x88:
        raise ValueError(f"immediate {imm} clears a half")
    half, controls = count // 2, (imm & 3, imm >> 4 & 3)
    return [(controls[k // half] // 2, controls[k // half] % 2 * half + k % half) for k in range(count)]


def _quarters(count: int, imm: int) -> list[tuple[int, int]]:
    quarter = count // 4
    return [(k // quarter // 2, (imm >> 2 * (k // quarter) & 3) * quarter + k % quarter) for k in range(count)]


def _gathers(width: int) -> Iterator[Intrinsic]:
    """`i32gather`: a load a lane, at the index times the scale; only lanes of the mask in the masked form."""
    for suffix in ("ps", "epi32"):
        lanes, index = Lanes(width, suffix), Lanes(width, "epi32")
        pointer = "const float *" if suffix == "ps" and width < 512 else "const int *" if width < 512 else "const void *"

        def gather(indices: ir.Value, memory: Memory, scale: int, lanes: Lanes = lanes) -> ir.Value:
            loaded = [_load(memory, vector.extract(indices, [], [k]), scale, lanes) for k in range(lanes.count)]
            return finish(vector.from_elements(lanes.type, loaded), lanes)

        def masked(source: ir.Value, mask: ir.Value, indices: ir.Value, memory: Memory, scale: int, lanes: Lanes = lanes) -> ir.Value:
            bits, typed = mask_lanes(mask, lanes.count), retype(source, lanes.type)
            loaded = [_load_where(bits, typed, memory, indices, scale, lanes, k) for k in range(lanes.count)]
            return finish(vector.from_elements(lanes.type, loaded), lanes)

        if width == 512:
            yield Intrinsic(f"_mm512_i32gather_{suffix}", lanes.register, (index.register, pointer, "imm"), gather)
            parameters = (lanes.register, lanes.mask, index.register, pointer, "imm")
            yield Intrinsic(f"_mm512_mask_i32gather_{suffix}", lanes.register, parameters, masked)
        else:
            reordered = lambda memory, indices, scale, gather=gather: gather(indices, memory, scale)  # noqa: E731
            yield Intrinsic(f"{prefix(width)}_i32gather_{suffix}", lanes.register, (pointer, index.register, "imm"), reordered)


def _load(memory: Memory, lane: ir.Value, scale: int, lanes: Lanes) -> ir.Value:
    element = ir.MemRefType(memory.base.type).element_type
    if bits_of(element) != lanes.bits or scale * 8 != lanes.bits:
        raise ValueError(f"a gather of {lanes.bits}-bit lanes by a scale of {scale} from a buffer of {element}")
    at = arith.addi(memory.offset, arith.index_cast(ir.IndexType.get(), lane))
    value = memref.load(memory.base, [at])
    return value if value.type == lanes.element else arith.bitcast(lanes.element, value)


def _load_where(bits: ir.Value, source: ir.Value, memory: Memory, indices: ir.Value, scale: int, lanes: Lanes, lane: int) -> ir.Value:
    choice = scf.IfOp(vector.extract(bits, [], [lane]), [lanes.element], has_else=True)
    with ir.InsertionPoint(choice.then_block):
        scf.yield_([_load(memory, vector.extract(indices, [], [lane]), scale, lanes)])
    with ir.InsertionPoint(choice.else_block):
        scf.yield_([vector.extract(source, [], [lane])])
    return choice.results[0]
