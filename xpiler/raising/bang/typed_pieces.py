"""A byte buffer that holds several types: cut into one array a type where the bytes they use never meet."""

from __future__ import annotations

from dataclasses import dataclass, field

from mlir import ir

from xpiler.raising.bang.ranges import Interval, Ranges
from xpiler.raising.bang.scratch import ACCESSES, reallocated
from xpiler.raising.bang.whole_elements import divided
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import users


@dataclass
class TypedPiece:
    """A range of bytes and the views that stay in it."""

    low: int
    high: int
    views: list[ir.Operation] = field(default_factory=list)

    def type_(self) -> ir.Type | None:
        """The one element type it is used as."""
        types = [ir.MemRefType(view.results[0].type).element_type for view in self.views]
        return types[0] if all(each == types[0] for each in types) else None


def cut_by_type(alloca: ir.Operation) -> bool:
    """Give each piece of a buffer an array of its type; False, and the buffer as it was, where the pieces cannot be told apart."""
    views = users(alloca.results[0])
    if alloca.operands or any(view.name != "xpiler.view" for view in views):
        return False
    ranges, size = Ranges(), alloca.results[0].type.shape[0] * _bytes(alloca.results[0])
    pieces = _pieces([(used_bytes(view, ranges, size), view) for view in views])
    arrays = [_offsets(piece, _bytes(alloca.results[0])) for piece in pieces]
    if any(offsets is None for offsets in arrays):
        return False
    for piece, offsets in zip(pieces, arrays, strict=True):
        type_ = piece.type_()
        made = reallocated(alloca, -(-(piece.high - piece.low + 1) // (type_.width // 8)), type_)
        for view, offset in zip(piece.views, offsets, strict=True):
            view.operands[0], view.operands[1] = made, offset
    alloca.erase()
    return True


def used_bytes(view: ir.Operation, ranges: Ranges, size: int) -> Interval:
    """The bytes of the buffer that accesses through a view can touch."""
    width, unit = _bytes(view.results[0]), _bytes(view.operands[0])
    start = ranges.of(view.operands[1])
    low, high = size, -1
    for access in users(view.results[0]):
        if access.name not in ACCESSES:
            return 0, size - 1
        subscript = ranges.of(access.operands[ACCESSES[access.name]])
        low = min(low, start[0] * unit + subscript[0] * width)
        high = max(high, start[1] * unit + subscript[1] * width + width - 1)
    return max(low, 0), min(high, size - 1)


def _pieces(found: list[tuple[Interval, ir.Operation]]) -> list[TypedPiece]:
    pieces: list[TypedPiece] = []
    for (low, high), view in sorted(found, key=lambda item: item[0]):
        if not pieces or low > pieces[-1].high:
            pieces.append(TypedPiece(int(low), int(high)))
        pieces[-1].high = max(pieces[-1].high, int(high))
        pieces[-1].views.append(view)
    return pieces


def _offsets(piece: TypedPiece, unit: int) -> list[ir.Value] | None:
    """The views' offsets in elements from the piece's start; None where the piece is no array of one type."""
    type_ = piece.type_()
    if type_ is None or piece.low % (type_.width // 8):
        return None
    ratio, first = type_.width // 8 // unit, piece.low // (type_.width // 8)
    offsets = []
    for view in piece.views:
        emit = EmissionPoint(ir.InsertionPoint(view), view.location)
        offset = divided(view.operands[1], ratio, emit) if ratio else None
        if offset is None:
            return None
        offsets.append(emit.sub(offset, emit.constant(first)))
    return offsets


def _bytes(buffer: ir.Value) -> int:
    return ir.MemRefType(buffer.type).element_type.width // 8
