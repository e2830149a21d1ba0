"""The points where a group's threads meet: barriers, votes, shuffles; fragments and matrix cores have files of their own."""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.simt.collectives import combine_flag, reduction_neutral, shuffle_width
from xpiler.raising.simt.fragments import meet_fragment
from xpiler.raising.simt.mfma import meet_mfma
from xpiler.raising.simt.platform_ops import simt_name, word
from xpiler.raising.simt.value_places import Shuffled, Slot, StoreTo, Uniform
from xpiler.raising.structure import constant_value


def meet(fission, op: ir.Operation) -> None:
    """Close the phase at `op` and give its result a place."""
    name = simt_name(op)
    if name in ("barrier", "warp_barrier"):
        fission.flush()
    elif name == "shuffle":
        _shuffle(fission, op)
    elif name in ("vote", "barrier_reduce"):
        _reduce_flags(fission, op, word(op, "kind"), op.operands[0])
    elif name == "active_mask":
        _reduce_flags(fission, op, "ballot", None)
    elif name == "mfma":
        meet_mfma(fission, op)
    else:
        meet_fragment(fission, op)


def _shuffle(fission, op: ir.Operation) -> None:
    """Every lane's operand is kept; a lane reads the one of its source. The mask only says who takes part."""
    value = op.operands[0]
    if value in fission.uniform.values:
        fission.places[op.results[0]] = Uniform(fission.values.value(value, fission.emit))
        return
    shuffle_width(op, fission.group.lanes)
    fission.stable(op.operands[1], op)
    slot = _lane_array(fission, value, op)
    fission.places[op.results[0]] = Shuffled(op, slot)


def _lane_array(fission, value: ir.Value, op: ir.Operation) -> Slot:
    """An array that holds `value` for every lane, and that nobody writes again."""
    fission.flush()
    place = fission.places.get(value)
    if isinstance(place, Slot) and not place.mutable and place.group is fission.group:
        return place
    slot = fission.new_slot(value.type)
    fission.store([(slot, value)], op)
    fission.flush()
    return slot


def _reduce_flags(fission, op: ir.Operation, kind: str, flag: ir.Value | None) -> None:
    """A flag of every live thread taken together; the result is the same for the whole group."""
    i1 = fission.emit.integer_type(1)
    fission.flush()
    slot = fission.new_slot(i1)
    partial = bool(fission.predicates) or not _is_whole(fission.group)
    if partial:
        _fill(fission, slot, reduction_neutral(kind))
    if flag is None:
        raise_if_divergent(fission, op)
        _fill(fission, slot, 1)
    else:
        flag = _as_flag(fission, op, flag)
        fission.phase.items.append(StoreTo((slot,), (flag,), op))
        fission.flush()
    mask = _vote_mask(fission, op)
    fission.places[op.results[0]] = Uniform(_combined(fission.emit, fission.group, slot, kind, op.results[0].type, mask))


def raise_if_divergent(fission, op: ir.Operation) -> None:
    """The lanes that run together under a condition are not a matter of the source."""
    if fission.predicates or not _is_whole(fission.group):
        raise unsupported(op, "the mask of active lanes under a condition that differs between lanes")


def _as_flag(fission, op: ir.Operation, flag: ir.Value) -> ir.Value:
    if str(flag.type) != "i1":
        raise unsupported(op, f"'{op.name}' with a predicate of type {flag.type}")
    return flag


def _is_whole(group) -> bool:
    return group.word == "block" or group.block.has_whole_warps()


def _vote_mask(fission, op: ir.Operation) -> int | None:
    """The constant mask of a vote; None where every lane of the warp takes part."""
    if simt_name(op) != "vote" or len(op.operands) < 2:
        return None
    mask = constant_value(op.operands[1])
    if mask is None:
        raise unsupported(op, "a vote whose mask is not a constant")
    lanes = fission.group.lanes
    mask &= (1 << lanes) - 1
    return None if mask == (1 << lanes) - 1 else mask


def _fill(fission, slot: Slot, flag: int) -> None:
    emit, indices = _loops(fission.emit, fission.group)
    emit.store(emit.constant(flag, emit.integer_type(1)), slot.array, indices)


def _loops(emit: EmissionPoint, group) -> tuple[EmissionPoint, list[ir.Value]]:
    indices = []
    for size in group.shape:
        bound = emit.constant(size) if isinstance(size, int) else size
        emit, loop = emit.loop(bound)
        indices.append(loop.regions[0].blocks[0].arguments[0])
    return emit, indices


def _combined(emit: EmissionPoint, group, slot: Slot, kind: str, type_: ir.Type, mask: int | None) -> ir.Value:
    """Sequential loops over the group's threads that combine their flags."""
    total = emit.constant(reduction_neutral(kind), type_)
    return _nested(emit, list(group.shape), [], total, slot, kind, mask)


def _nested(emit, sizes, indices, total, slot, kind, mask) -> ir.Value:
    if not sizes:
        flag = emit.load(slot.array, indices)
        return combine_flag(emit, kind, total, _masked_flag(emit, flag, kind, indices[-1], mask), indices[-1])
    bound = emit.constant(sizes[0]) if isinstance(sizes[0], int) else sizes[0]
    inside, loop = emit.loop(bound, [total])
    index, carried = loop.regions[0].blocks[0].arguments
    inside.finish([_nested(inside, sizes[1:], [*indices, index], carried, slot, kind, mask)])
    return loop.results[0]


def _masked_flag(emit, flag, kind, lane, mask) -> ir.Value:
    """The flag of a lane outside the mask does not count."""
    if mask is None:
        return flag
    i32 = emit.integer_type(32)
    bit = emit.value("arith.shrui", i32, emit.constant(mask - (1 << 32) if mask >> 31 else mask, i32), emit.cast(lane, i32))
    member = emit.value("arith.trunci", flag.type, bit)
    return emit.select(member, flag, emit.constant(reduction_neutral(kind), flag.type))
