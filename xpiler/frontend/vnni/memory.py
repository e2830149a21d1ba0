"""Loads, stores, broadcasts and constants."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.frontend.vnni.intrinsic import Intrinsic, Memory, finish, register_vector
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_lanes, prefix, retype, splat

TYPED = ("ps", "pd", "epi8", "epi16", "epi32", "epi64")


def rows() -> Iterator[Intrinsic]:
    """Every row of this file at every width."""
    for width in WIDTHS:
        yield from _whole(width)
        for suffix in TYPED:
            lanes = Lanes(width, suffix)
            yield from _masked(lanes)
            yield from _broadcasts(lanes)
        for suffix in ("ps", "pd", f"si{width}"):
            kind = Lanes(width, "epi32" if suffix.startswith("si") else suffix)
            yield Intrinsic(f"{prefix(width)}_setzero_{suffix}", kind.register, (), lambda kind=kind: splat(kind.type, 0))
    yield Intrinsic("_mm512_setzero_epi32", "__m512i", (), lambda: splat(Lanes(512, "epi32").type, 0))
    yield Intrinsic("_mm512_setzero", "__m512", (), lambda: splat(Lanes(512, "ps").type, 0))


def load(memory: Memory, lanes: Lanes, *, aligned: bool = False) -> ir.Value:
    """A whole register from memory, whatever the base's element type; `aligned` demands the register's own alignment."""
    element = ir.MemRefType(memory.base.type).element_type
    as_stored = ir.VectorType.get([lanes.width // bits_of(element)], element)
    loaded = vector.load(as_stored, memory.base, [memory.offset])
    _state_alignment(loaded.owner, lanes, aligned)
    return finish(loaded, lanes)


def store(memory: Memory, value: ir.Value, lanes: Lanes, *, aligned: bool = False) -> None:
    """A whole register to memory."""
    element = ir.MemRefType(memory.base.type).element_type
    stored = vector.store(retype(value, ir.VectorType.get([lanes.width // bits_of(element)], element)), memory.base, [memory.offset])
    _state_alignment(stored, lanes, aligned)


def _state_alignment(access: ir.OpView, lanes: Lanes, aligned: bool) -> None:
    """`alignment` in bytes on the aligned forms, which fault elsewhere."""
    if aligned:
        access.operation.attributes["alignment"] = ir.IntegerAttr.get(ir.IntegerType.get_signless(64), lanes.width // 8)


def bits_of(element: ir.Type) -> int:
    """Width of a memref's element type."""
    return (
        ir.IntegerType(element).width
        if isinstance(element, ir.IntegerType)
        else {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}[str(element)]
    )


def _whole(width: int) -> Iterator[Intrinsic]:
    start = prefix(width)
    names = {"ps": "ps", "pd": "pd", f"si{width}": "epi32"} | ({s: s for s in TYPED if s.startswith("epi")})
    for suffix, lane in names.items():
        lanes = Lanes(width, lane)
        pointer = {"ps": "float", "pd": "double"}.get(suffix, f"__m{width}i" if width < 512 and suffix.startswith("si") else "void")
        for op in ("load", "loadu") if lanes.bits >= 32 else ("loadu",):
            yield Intrinsic(
                f"{start}_{op}_{suffix}",
                lanes.register,
                (f"const {pointer} *",),
                lambda p, lanes=lanes, op=op: load(p, lanes, aligned=op == "load"),
            )
        for op in ("store", "storeu") if lanes.bits >= 32 else ("storeu",):
            yield Intrinsic(
                f"{start}_{op}_{suffix}", "void", (f"{pointer} *", lanes.register), lambda p, v, lanes=lanes: store(p, v, lanes)
            )
    yield Intrinsic(f"{start}_lddqu_si{width}", f"__m{width}i", (f"const __m{width}i *",), lambda p: load(p, Lanes(width, "epi32")))


def _masked(lanes: Lanes) -> Iterator[Intrinsic]:
    start, register = prefix(lanes.width), lanes.register

    def merge(source: ir.Value, mask: ir.Value, memory: Memory) -> ir.Value:
        memory = _in_lanes(memory, lanes)
        kind = _stored(memory, lanes)
        loaded = vector.maskedload(kind, memory.base, [memory.offset], mask_lanes(mask, lanes.count), retype(source, kind))
        return finish(loaded, lanes)

    def zero(mask: ir.Value, memory: Memory) -> ir.Value:
        return merge(splat(register_vector(lanes), 0), mask, memory)

    def put(memory: Memory, mask: ir.Value, value: ir.Value) -> None:
        memory = _in_lanes(memory, lanes)
        vector.maskedstore(memory.base, [memory.offset], mask_lanes(mask, lanes.count), retype(value, _stored(memory, lanes)))

    for op in ("loadu", "load"):
        if op == "loadu" or lanes.bits >= 32:
            yield Intrinsic(f"{start}_mask_{op}_{lanes.suffix}", register, (register, lanes.mask, "const void *"), merge)
            yield Intrinsic(f"{start}_maskz_{op}_{lanes.suffix}", register, (lanes.mask, "const void *"), zero)
    for op in ("storeu", "store"):
        if op == "storeu" or lanes.bits >= 32:
            yield Intrinsic(f"{start}_mask_{op}_{lanes.suffix}", "void", ("void *", lanes.mask, register), put)


def _in_lanes(memory: Memory, lanes: Lanes) -> Memory:
    """Memory of bytes, what a `void *` leads to, as elements of the lanes' type: a mask says of elements which are moved."""
    element = ir.MemRefType(memory.base.type).element_type
    if str(element) != "i8" or lanes.bits == bits_of(element):
        return memory
    kind = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], ir.VectorType(lanes.type).element_type)
    view = ir.Operation.create("xpiler.view", results=[kind], operands=[memory.base, memory.offset])
    return Memory(view.results[0], arith.constant(ir.IndexType.get(), 0))


def _stored(memory: Memory, lanes: Lanes) -> ir.Type:
    """The vector a masked access moves: the base's own element type, one element a lane."""
    element = ir.MemRefType(memory.base.type).element_type
    if bits_of(element) != lanes.bits:
        raise ValueError(f"a masked access of {lanes.bits}-bit lanes to a buffer of {element}")
    return ir.VectorType.get([lanes.count], element)


def _broadcasts(lanes: Lanes) -> Iterator[Intrinsic]:
    start = prefix(lanes.width)
    suffix = "epi64x" if lanes.suffix == "epi64" and lanes.width < 512 else lanes.suffix

    def spread(value: ir.Value) -> ir.Value:
        return finish(vector.broadcast(lanes.type, value), lanes)

    def spread_merge(source: ir.Value, mask: ir.Value, value: ir.Value) -> ir.Value:
        picked = arith.select(mask_lanes(mask, lanes.count), vector.broadcast(lanes.type, value), retype(source, lanes.type))
        return finish(picked, lanes)

    yield Intrinsic(f"{start}_set1_{suffix}", lanes.register, (lanes.scalar,), spread)
    if not lanes.is_float:
        yield Intrinsic(f"{start}_mask_set1_{lanes.suffix}", lanes.register, (lanes.register, lanes.mask, lanes.scalar), spread_merge)
        yield Intrinsic(
            f"{start}_maskz_set1_{lanes.suffix}",
            lanes.register,
            (lanes.mask, lanes.scalar),
            lambda mask, value: spread_merge(splat(lanes.type, 0), mask, value),
        )
    scalars = (lanes.scalar,) * lanes.count
    for op, order in (("setr", 1), ("set", -1)):
        if op == "setr" and lanes.width == 512 and lanes.bits < 32:
            continue

        def gather(*values: ir.Value, order: int = order) -> ir.Value:
            return finish(vector.from_elements(lanes.type, list(values)[::order]), lanes)

        yield Intrinsic(f"{start}_{op}_{suffix}", lanes.register, scalars, gather)
