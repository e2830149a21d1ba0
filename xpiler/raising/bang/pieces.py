"""One buffer used as several: a scratch array whose accesses fall into ranges that never meet is cut at their borders."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.raising.bang.ranges import Interval, Ranges
from xpiler.raising.bang.scratch import ACCESSES, reallocated
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import definition, users, walk


@dataclass
class Piece:
    """A range of a buffer and the accesses that stay in it."""

    low: float
    high: float
    accesses: list[ir.Operation]


def cut_buffers(kernel: ir.Operation) -> None:
    """Cut every scratch array that can be cut."""
    ranges = Ranges()
    for op in [op for op in walk(kernel) if op.name == "memref.alloca"]:
        type_ = ir.MemRefType(op.results[0].type)
        if type_.rank == 1 and not op.operands and all(user.name in ACCESSES for user in users(op.results[0])):
            _cut(op, ranges, type_.shape[0])


def _cut(alloca: ir.Operation, ranges: Ranges, size: int) -> None:
    accesses = list(dict.fromkeys(users(alloca.results[0])))
    pieces = _pieces([(_clipped(ranges.of(_subscript(access)), size), access) for access in accesses])
    if len(pieces) < 2:
        return
    for piece in pieces:
        low, extent = int(piece.low), int(piece.high - piece.low) + 1
        buffer = reallocated(alloca, extent, alloca.results[0].type.element_type)
        for access in piece.accesses:
            _move(access, buffer, low, ranges)
    alloca.erase()


def _subscript(access: ir.Operation) -> ir.Value:
    return access.operands[ACCESSES[access.name]]


def _clipped(interval: Interval, size: int) -> Interval:
    """An access stays inside its array, whatever is known of the subscript."""
    return max(interval[0], 0), min(interval[1], size - 1)


def _pieces(found: list[tuple[Interval, ir.Operation]]) -> list[Piece]:
    """The accesses in groups whose ranges are apart, in order."""
    pieces: list[Piece] = []
    for (low, high), access in sorted(found, key=lambda item: item[0]):
        if pieces and low <= pieces[-1].high:
            pieces[-1].high = max(pieces[-1].high, high)
            pieces[-1].accesses.append(access)
        else:
            pieces.append(Piece(low, max(low, high), [access]))
    return pieces


def _move(access: ir.Operation, buffer: ir.Value, low: int, ranges: Ranges) -> None:
    position = ACCESSES[access.name]
    emit = EmissionPoint(ir.InsertionPoint(access), access.location)
    access.operands[position] = _less(access.operands[position], low, emit, ranges)
    access.operands[position - 1] = buffer


def _less(subscript: ir.Value, low: int, emit: EmissionPoint, ranges: Ranges) -> ir.Value:
    """`subscript - low`, without the subtraction where the subscript is a sum with a constant."""
    op = definition(subscript)
    if low and op is not None and op.name == "arith.addi":
        for constant, other in ((op.operands[0], op.operands[1]), (op.operands[1], op.operands[0])):
            number = ranges.number(constant)
            if number is not None:
                return emit.add(other, emit.constant(number - low))
    return emit.sub(subscript, emit.constant(low))
