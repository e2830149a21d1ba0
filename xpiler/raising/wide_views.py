"""Bytes read as wider integers: `((const int *)bytes)[i]` is four loads put together, and a byte taken out of it is one of them.

Loads alone: what is stored through such a view stays refused.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import constant_value, users


def is_wider(view: ir.Operation) -> bool:
    """Whether a view sees integers as integers of a multiple of their width."""
    narrow, wide = view.operands[0].type.element_type, view.results[0].type.element_type
    both = isinstance(narrow, ir.IntegerType) and isinstance(wide, ir.IntegerType)
    return both and wide.width > narrow.width and wide.width % narrow.width == 0


def see_pieces(view: ir.Operation) -> None:
    """Replaces every load through a wider view by loads of its pieces, little-endian."""
    base, offset = view.operands
    ratio = view.results[0].type.element_type.width // base.type.element_type.width
    for load in users(view.results[0]):
        if load.name != "memref.load":
            raise unsupported(load, f"'{load.name}' on memory of {base.type.element_type} seen as {view.results[0].type.element_type}")
        emit = EmissionPoint(ir.InsertionPoint(load), load.location)
        first = emit.add(offset, emit.mul(load.operands[1], emit.constant(ratio)))
        pieces = [emit.load(base, [emit.add(first, emit.constant(k))]) for k in range(ratio)]
        _take_pieces(load.results[0], pieces)
        load.results[0].replace_all_uses_with(_joined(emit, pieces, load.results[0].type))
        load.erase()
    view.erase()


def _take_pieces(whole: ir.Value, pieces: list[ir.Value]) -> None:
    """A shift by whole pieces that is cut to one piece is that piece."""
    bits = pieces[0].type.width
    for shift in users(whole):
        amount = constant_value(shift.operands[1]) if shift.name in ("arith.shrui", "arith.shrsi") else None
        if amount is None or amount % bits or shift.operands[0] != whole:
            continue
        for cut in users(shift.results[0]):
            if cut.name == "arith.trunci" and cut.results[0].type == pieces[0].type:
                cut.results[0].replace_all_uses_with(pieces[amount // bits])
                cut.erase()


def _joined(emit: EmissionPoint, pieces: list[ir.Value], kind: ir.Type) -> ir.Value:
    bits = pieces[0].type.width
    total = emit.value("arith.extui", kind, pieces[0])
    for position, piece in enumerate(pieces[1:], 1):
        high = emit.value("arith.shli", kind, emit.value("arith.extui", kind, piece), emit.constant(position * bits, kind))
        total = emit.value("arith.ori", kind, total, high)
    return total
