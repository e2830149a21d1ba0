"""Groups smaller than a warp: where all that lanes do together stays inside of segments, a segment is the group.

    v += __shfl_down_sync(full, v, o, 8);      groups of 8 lanes, four of them in a warp

The lanes of one segment may then go round a loop more often than those of the next, and a sum over a segment is a sum of eight.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.simt.platform_ops import WARP_COLLECTIVES, is_collective, simt_name, word
from xpiler.raising.structure import definition, evaluated_constant, walk

NARROWING = ("arith.shrsi", "arith.shrui", "arith.divsi", "arith.divui")


def group_lanes(kernel: ir.Operation, lanes: int) -> int:
    """The lanes of a group: of a warp, or of the widest segment where only shuffles within segments make lanes depend on each other."""
    collectives = [op for op in walk(kernel) if is_collective(op, WARP_COLLECTIVES)]
    widths = [evaluated_constant(op.operands[2]) for op in collectives if simt_name(op) == "shuffle"]
    if len(widths) < len(collectives) or not widths or None in widths:
        return lanes
    width = max(widths)
    is_segment = 1 < width < lanes and not width & (width - 1) and all(own > 0 for own in widths)
    return width if is_segment and all(_stays_inside(op, width) for op in collectives) else lanes


def _stays_inside(shuffle: ir.Operation, width: int) -> bool:
    """Whether a lane reads one of its own segment: by `xor`, earlier segments are in reach."""
    return word(shuffle, "kind") != "xor" or 0 <= most_of(shuffle.operands[1]) < width


def most_of(value: ir.Value) -> int:
    """The largest number a distance can be, which is not negative; -1 where that is not known.

    That is a constant, or what a loop begins with and only halves.
    """
    constant = evaluated_constant(value)
    if constant is not None:
        return constant
    if not isinstance(value.owner, ir.Block):
        return -1
    loop = value.owner.owner.operation
    if loop.name != "scf.while":
        return -1
    test, body = (region.blocks[0] for region in loop.regions)
    ends = [list(block.operations)[-1].operation for block in (test, body)]
    position = value.arg_number
    if value.owner == body:  # handed on by the test, from the argument of the same loop
        handed = list(ends[0].operands)[1 + position]
        return most_of(handed) if isinstance(handed.owner, ir.Block) and handed.owner == test else -1
    start = evaluated_constant(list(loop.operands)[position])
    return start if start is not None and start >= 0 and _is_part_of(ends[1].operands[position], body, ends[0], value) else -1


def _is_part_of(update: ir.Value, body: ir.Block, test_end: ir.Operation, carried: ir.Value) -> bool:
    """Whether a loop's update is what it carries, divided or shifted down by a constant."""
    op = definition(update)
    by = evaluated_constant(op.operands[1]) if op is not None and op.name in NARROWING else None
    if by is None or by < 1 or not isinstance(op.operands[0].owner, ir.Block) or op.operands[0].owner != body:
        return False
    return list(test_end.operands)[1 + op.operands[0].arg_number] == carried
