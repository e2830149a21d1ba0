"""Lanes picked by an index register: permutes, table lookups, byte shuffles; rotations of two registers by an immediate.

Where the indices are constants, which is the most frequent use, which lane goes where is known and told lane by lane.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from mlir import ir
from mlir.dialects import arith

from xpiler.frontend.vnni.intrinsic import Intrinsic, finish
from xpiler.frontend.vnni.permutes import by_immediate, picked
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, mask_lanes, prefix, retype, splat

INDEX = {"ps": "epi32", "pd": "epi64"}
NUMPY = {8: np.int8, 16: np.int16, 32: np.int32, 64: np.int64}


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for width in WIDTHS:
        for suffix in ("ps", "pd", "epi8", "epi16", "epi32", "epi64"):
            yield from _permutes(Lanes(width, suffix))
        single, double, octets = (Lanes(width, suffix) for suffix in ("ps", "pd", "epi8"))
        within = Intrinsic(f"{prefix(width)}_permutevar_ps", single.register, (single.register, f"__m{width}i"), _within(single))
        yield within
        yield from _masked(Intrinsic(f"{prefix(width)}_shuffle_epi8", octets.register, (octets.register,) * 2, _shuffled(octets)), octets)
        yield by_immediate("permute_pd", double, 1, lambda count, imm: [(0, k // 2 * 2 + (imm >> k & 1)) for k in range(count)])
        for suffix in ("epi32", "epi64"):
            yield by_immediate(f"alignr_{suffix}", Lanes(width, suffix), 2, _rotated)
        yield by_immediate("alignr_epi8", octets, 2, _rotated_bytes)
    for suffix in ("ps", "epi32"):
        lanes = Lanes(256, suffix)
        yield Intrinsic(f"_mm256_permutevar8x32_{suffix}", lanes.register, (lanes.register, "__m256i"), _permuted(lanes))
    for suffix in ("pd", "epi64"):
        yield by_immediate(f"permutex_{suffix}", Lanes(512, suffix), 1, lambda count, imm: _in_fours(count, imm))


def _permutes(lanes: Lanes) -> Iterator[Intrinsic]:
    start, register, index = prefix(lanes.width), lanes.register, f"__m{lanes.width}i"
    one = _permuted(lanes)
    if lanes.width > 128 or lanes.bits < 32:
        row = Intrinsic(f"{start}_permutexvar_{lanes.suffix}", register, (index, register), lambda at, a: one(a, at))
        yield from _masked(row, lanes)
    name = f"permutex2var_{lanes.suffix}"
    yield Intrinsic(f"{start}_{name}", register, (register, index, register), lambda a, at, b: _from_two(a, at, b, lanes))


def _masked(row: Intrinsic, lanes: Lanes) -> Iterator[Intrinsic]:
    """The row, its merge-masked and its zero-masked form."""

    def merge(source: ir.Value, mask: ir.Value, *operands: ir.Value) -> ir.Value:
        yes, no = retype(row.build(*operands), lanes.type), retype(source, lanes.type)
        return finish(arith.select(mask_lanes(mask, lanes.count), yes, no), lanes)

    start, op = row.name.split("_", 2)[:2], row.name.split("_", 2)[2]
    name = f"_{start[1]}_{{}}_{op}"
    yield row
    yield Intrinsic(name.format("mask"), row.result, (lanes.register, lanes.mask, *row.parameters), merge)
    zeros = lambda mask, *operands: merge(splat(lanes.type, 0), mask, *operands)  # noqa: E731
    yield Intrinsic(name.format("maskz"), row.result, (lanes.mask, *row.parameters), zeros)


def _permuted(lanes: Lanes) -> Callable:
    places = Lanes(lanes.width, INDEX.get(lanes.suffix, lanes.suffix))

    def build(value: ir.Value, index: ir.Value) -> ir.Value:
        known = constant_lanes(index, places.bits)
        if known is not None:
            return picked([value], lanes, [(0, at % lanes.count) for at in known])
        return finish(_vnni("vnni.permute", lanes.type, retype(value, lanes.type), retype(index, places.type)), lanes)

    return build


def _from_two(first: ir.Value, index: ir.Value, second: ir.Value, lanes: Lanes) -> ir.Value:
    places = Lanes(lanes.width, INDEX.get(lanes.suffix, lanes.suffix))
    known = constant_lanes(index, places.bits)
    if known is not None:
        return picked([first, second], lanes, [(at // lanes.count % 2, at % lanes.count) for at in known])
    operands = (retype(first, lanes.type), retype(index, places.type), retype(second, lanes.type))
    return finish(_vnni("vnni.permute2", lanes.type, *operands), lanes)


def _within(lanes: Lanes) -> Callable:
    """Each lane from its own 128 bits, by the low bits of its index."""
    places, each = Lanes(lanes.width, f"epi{lanes.bits}"), 128 // lanes.bits

    def build(value: ir.Value, index: ir.Value) -> ir.Value:
        known = constant_lanes(index, places.bits)
        if known is not None:
            return picked([value], lanes, [(0, k // each * each + at % each) for k, at in enumerate(known)])
        low = arith.andi(retype(index, places.type), splat(places.type, each - 1))
        whole = arith.addi(low, _numbers(places, [k // each * each for k in range(places.count)]))
        return finish(_vnni("vnni.permute", lanes.type, retype(value, lanes.type), whole), lanes)

    return build


def _shuffled(lanes: Lanes) -> Callable:
    """Bytes from their own 128 bits; zero where the index's highest bit is set."""
    inside = _within(lanes)

    def build(value: ir.Value, index: ir.Value) -> ir.Value:
        bytes_, zero = retype(index, lanes.type), splat(lanes.type, 0)
        moved = retype(inside(value, index), lanes.type)
        known = constant_lanes(index, 8)
        if known is not None and all(at >= 0 for at in known):
            return finish(moved, lanes)
        return finish(arith.select(arith.cmpi(arith.CmpIPredicate.slt, bytes_, zero), zero, moved), lanes)

    return build


def constant_lanes(value: ir.Value, bits: int) -> list[int] | None:
    """The numbers in a register of constants as lanes of `bits` bits, or None."""
    owner = value.owner
    if isinstance(owner, ir.Block):
        return None
    if owner.name == "vector.bitcast":
        return constant_lanes(owner.operation.operands[0], bits)
    kind = ir.VectorType(value.type)
    if not isinstance(kind.element_type, ir.IntegerType):
        return None
    numbers = _numbers_of(owner.operation)
    if numbers is None:
        return None
    own = NUMPY[ir.IntegerType(kind.element_type).width]
    return [int(x) for x in np.array(numbers, np.int64).astype(own).view(NUMPY[bits])]


def _numbers_of(operation: ir.Operation) -> list[int] | None:
    if operation.name == "arith.constant":
        dense = ir.DenseIntElementsAttr(operation.attributes["value"])
        return [int(dense[k]) for k in range(len(dense))]
    if operation.name != "vector.from_elements":
        return None
    scalars = [o.owner for o in operation.operands]
    if any(isinstance(s, ir.Block) or s.name != "arith.constant" for s in scalars):
        return None
    return [ir.IntegerAttr(s.operation.attributes["value"]).value for s in scalars]


def _numbers(lanes: Lanes, numbers: Sequence[int]) -> ir.Value:
    dense = ir.DenseElementsAttr.get([ir.IntegerAttr.get(lanes.element, n) for n in numbers], lanes.type)
    return arith.constant(lanes.type, dense)


def _rotated(count: int, imm: int) -> list[tuple[int, int]]:
    """Lanes `imm` and after of the second operand, then those of the first."""
    places = [k + imm % count for k in range(count)]
    return [(1, at) if at < count else (0, at - count) for at in places]


def _rotated_bytes(count: int, imm: int) -> list[tuple[int, int]]:
    """`alignr` in each 128 bits; a shift past both registers is refused."""
    if not 0 <= imm <= 16:
        raise ValueError(f"a byte shift by {imm}")
    return [(1, k + imm) if k % 16 + imm < 16 else (0, k + imm - 16) for k in range(count)]


def _in_fours(count: int, imm: int) -> list[tuple[int, int]]:
    return [(0, k // 4 * 4 + (imm >> 2 * (k % 4) & 3)) for k in range(count)]


def _vnni(name: str, result: ir.Type, *operands: ir.Value) -> ir.Value:
    return ir.Operation.create(name, results=[result], operands=list(operands)).result
