"""Lane collectives on an array that holds the operand of every lane: which lane a shuffle reads, what a vote says.

The source lane follows simt.md, section 2; the lane a thread reads is always one of the warp, its own where the
platform says that the value is unchanged.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import invalid, unsupported
from xpiler.raising.simt.platform_ops import word
from xpiler.raising.structure import constant_value


def shuffle_width(op: ir.Operation, lanes: int) -> int:
    """The width of a shuffle's segments: a constant power of two, at most the warp."""
    width = constant_value(op.operands[2])
    if width is None:
        raise unsupported(op, "a shuffle whose width is not a constant")
    if width <= 0 or width > lanes or width & (width - 1):
        raise invalid(op, f"expected a shuffle width that is a power of two up to {lanes}, got {width}")
    return width


def shuffle_source(emit: EmissionPoint, op: ir.Operation, lane: ir.Value, operand: ir.Value, lanes: int) -> ir.Value:
    """The lane that `lane` reads, as index; `operand` is the shuffle's lane, distance or mask (i32)."""
    i32 = emit.integer_type(32)
    width = shuffle_width(op, lanes)
    own = emit.cast(lane, i32)
    kind = word(op, "kind")
    if kind == "idx":
        inside = _masked(emit, operand, width - 1)
        source = inside if width == lanes else emit.add(_segment_start(emit, own, width), inside)
        return emit.cast(source, emit.index)
    if kind == "xor":
        return _xor_source(emit, op, own, operand, width, lanes)
    return _shifted_source(emit, op, kind, own, operand, width)


def _masked(emit: EmissionPoint, value: ir.Value, mask: int) -> ir.Value:
    constant = constant_value(value)
    if constant is not None:
        return emit.constant(constant & mask, value.type)
    return emit.value("arith.andi", value.type, value, emit.constant(mask, value.type))


def _segment_start(emit: EmissionPoint, own: ir.Value, width: int) -> ir.Value:
    return _masked(emit, own, ~(width - 1))


def _is_cuda(op: ir.Operation) -> bool:
    return op.name.startswith("cuda.")


def _xor_source(emit: EmissionPoint, op: ir.Operation, own: ir.Value, mask: ir.Value, width: int, lanes: int) -> ir.Value:
    """lane ^ mask; a lane of a later segment is out of reach, one of an earlier segment is not."""
    constant = constant_value(mask)
    distance = _masked(emit, mask, lanes - 1) if _is_cuda(op) else mask
    target = emit.value("arith.xori", own.type, own, distance)
    if constant is not None and 0 <= constant < width:
        return emit.cast(target, emit.index)
    end = emit.add(_segment_start(emit, own, width), emit.constant(width, own.type)) if width < lanes else emit.constant(lanes, own.type)
    if width == lanes and _is_cuda(op):
        return emit.cast(target, emit.index)
    reachable = emit.compare("ult", target, end)
    return emit.cast(emit.select(reachable, target, own), emit.index)


def _shifted_source(emit: EmissionPoint, op: ir.Operation, kind: str, own: ir.Value, delta: ir.Value, width: int) -> ir.Value:
    """lane -/+ delta within the segment, the lane itself beyond its border; CUDA takes delta modulo 32."""
    if _is_cuda(op):
        delta = _masked(emit, delta, 31)
    place = _masked(emit, own, width - 1)
    if kind == "up":
        inside, target = emit.compare("uge", place, delta), emit.sub(own, delta)
    else:
        room = emit.sub(emit.constant(width, own.type), place)
        inside, target = emit.compare("ult", delta, room), emit.add(own, delta)
    return emit.cast(emit.select(inside, target, own), emit.index)


def reduction_neutral(kind: str) -> int:
    """The flag of a thread that takes no part: true for `all`/`and`, else false."""
    return 1 if kind in ("all", "and") else 0


def combine_flag(emit: EmissionPoint, kind: str, total: ir.Value, flag: ir.Value, lane: ir.Value) -> ir.Value:
    """One step of a vote or counting barrier: the flag of `lane` taken into the result so far."""
    wide = emit.value("arith.extui", total.type, flag)
    if kind in ("any", "or"):
        return emit.value("arith.ori", total.type, total, wide)
    if kind in ("all", "and"):
        return emit.value("arith.andi", total.type, total, wide)
    if kind == "count":
        return emit.add(total, wide)
    bit = emit.value("arith.shli", total.type, wide, emit.cast(lane, total.type))
    return emit.value("arith.ori", total.type, total, bit)
