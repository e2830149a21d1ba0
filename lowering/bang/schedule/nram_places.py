"""Arrays that lie in NRAM as operands and results of builtins, where nothing in between needs them as they were."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.analysis.effects import access_of, defining, walk
from xpiler.lowering.bang.schedule.vector_plan import Buffer
from xpiler.transforms.rewriting import body

if TYPE_CHECKING:
    from xpiler.lowering.bang.schedule.piece import Piece


def place_read(piece: Piece, load: ir.Operation) -> Buffer | None:
    """The place that a load from NRAM reads, if it still holds the same at the value's last use."""
    base, subscript = load.operands
    stores = [op for op in _accesses(piece, base) if op.name == "memref.store"]
    if stores and not _in_body(piece, load):
        return None
    if stores and not all(_in_body(piece, op) and _later(op, load) for op in [*stores, *_users(load)]):
        return None
    if any(_later(user, store) for store in stores for user in _users(load)):
        return None
    return _place(piece, base, subscript, load.block)


def claim_places(piece: Piece) -> None:
    """Lets what makes a stored value write to the store's place in NRAM, before the piece is planned."""
    for op in body(piece.loop).operations:
        if op.operation.name == "memref.store" and piece.is_on_chip(op.operation.operands[1]):
            place = _place_written(piece, op.operation)
            if place is not None:
                piece.in_place[op.operation.operands[0]] = place


def _place_written(piece: Piece, store: ir.Operation) -> Buffer | None:
    value, base, *subscripts = store.operands
    maker = defining(value)
    if maker is None or not _in_body(piece, maker) or maker.name.startswith("scf.") or len(subscripts) != 1:
        return None
    ours = piece.forms.of(subscripts[0])
    for other in _accesses(piece, base):
        if other == store:
            continue
        if other.name != "memref.load" or not _in_body(piece, other) or piece.forms.of(other.operands[1]) != ours:
            return None
        if any(not _in_body(piece, user) or _later(user, maker) for user in [other, *_users(other)]):
            return None
    return _place(piece, base, subscripts[0], store.block)


def _place(piece: Piece, base: ir.Value, subscript: ir.Value, block: ir.Block) -> Buffer:
    """One buffer for each place; it is nobody's to take."""
    form = piece.forms.of(subscript)
    for buffer, (other, own, where) in piece.places.items():
        if (other, where) == (base, block) and piece.forms.of(own) == form:
            return buffer
    buffer = Buffer(-1 - len(piece.places), ir.MemRefType(base.type).element_type)
    piece.places[buffer] = base, subscript, block
    piece.pinned.add(buffer)
    return buffer


def _accesses(piece: Piece, base: ir.Value) -> list[ir.Operation]:
    return [op for op in walk(piece.loop) if (access := access_of(op)) is not None and access.buffer == base]


def _users(load: ir.Operation) -> list[ir.Operation]:
    return [use.owner.operation for use in load.results[0].uses]


def _in_body(piece: Piece, op: ir.Operation) -> bool:
    return op.block == body(piece.loop)


def _later(op: ir.Operation, than: ir.Operation) -> bool:
    return op != than and than.is_before_in_block(op)
