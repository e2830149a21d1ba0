"""Memory seen as elements of another width: bytes as wider numbers are put together, parts of wide numbers are cut out.

`((const int *)bytes)[i]` is four loads put together, and a byte taken out of it is one of them; a store through such a view is one
for each piece. `((const uint8_t *)words)[i]` is a word, shifted and cut; what is stored through such a view stays refused.
"""

from __future__ import annotations

from mlir import ir

from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.places import unsupported
from xpiler.raising.structure import constant_value, users


def _width(kind: ir.Type) -> int:
    return getattr(kind, "width", 0)


def _bits(kind: ir.Type) -> ir.Type:
    return ir.IntegerType.get_signless(_width(kind))


def is_wider(view: ir.Operation) -> bool:
    """Whether a view sees numbers as others of a multiple of their width."""
    narrow, wide = (_width(kind) for kind in (view.operands[0].type.element_type, view.results[0].type.element_type))
    return wide > narrow > 1 and wide % narrow == 0


def is_narrower(view: ir.Operation) -> bool:
    """Whether a view sees numbers as integers of a part of their width."""
    wide, narrow = view.operands[0].type.element_type, view.results[0].type.element_type
    return isinstance(narrow, ir.IntegerType) and _width(wide) > narrow.width > 1 and _width(wide) % narrow.width == 0


def see_pieces(view: ir.Operation) -> None:
    """Replaces every access through a wider view by accesses of its pieces, little-endian."""
    base, offset = view.operands
    ratio = _width(view.results[0].type.element_type) // _width(base.type.element_type)
    for access in users(view.results[0]):
        if access.name not in ("memref.load", "memref.store"):
            raise _refused(access, view)
        emit = EmissionPoint(ir.InsertionPoint(access), access.location)
        first = emit.add(offset, emit.mul(access.operands[len(access.operands) - 1], emit.constant(ratio)))
        places = [emit.add(first, emit.constant(k)) for k in range(ratio)]
        if access.name == "memref.store":
            _store_pieces(emit, access.operands[0], base, places)
        else:
            pieces = [_as(emit, emit.load(base, [place]), _bits(base.type.element_type)) for place in places]
            _take_pieces(access.results[0], pieces)
            access.results[0].replace_all_uses_with(_joined(emit, pieces, access.results[0].type))
        access.erase()
    view.erase()


def see_parts(view: ir.Operation) -> None:
    """Replaces every load through a narrower view by the part of the element that it sees, little-endian."""
    base, offset = view.operands
    wide, narrow = base.type.element_type, view.results[0].type.element_type
    ratio = _width(wide) // narrow.width
    for load in users(view.results[0]):
        if load.name != "memref.load":
            raise _refused(load, view)
        emit = EmissionPoint(ir.InsertionPoint(load), load.location)
        position, parts = load.operands[1], emit.constant(ratio)
        at = emit.add(offset, emit.value("arith.floordivsi", position.type, position, parts))
        whole = emit.load(base, [at])
        whole = _as(emit, whole, _bits(wide))
        part = emit.value("arith.index_cast", _bits(wide), emit.value("arith.remui", position.type, position, parts))
        shift = emit.value("arith.muli", _bits(wide), part, emit.constant(narrow.width, _bits(wide)))
        load.results[0].replace_all_uses_with(emit.value("arith.trunci", narrow, emit.value("arith.shrui", _bits(wide), whole, shift)))
        load.erase()
    view.erase()


def _refused(access: ir.Operation, view: ir.Operation) -> Exception:
    return unsupported(
        access, f"'{access.name}' on memory of {view.operands[0].type.element_type} seen as {view.results[0].type.element_type}"
    )


def _store_pieces(emit: EmissionPoint, value: ir.Value, base: ir.Value, places: list[ir.Value]) -> None:
    bits, narrow = _bits(value.type), _bits(base.type.element_type)
    whole = _as(emit, value, bits)
    for position, place in enumerate(places):
        shifted = emit.value("arith.shrui", bits, whole, emit.constant(position * narrow.width, bits)) if position else whole
        emit.store(_as(emit, emit.value("arith.trunci", narrow, shifted), base.type.element_type), base, [place])


def _as(emit: EmissionPoint, value: ir.Value, kind: ir.Type) -> ir.Value:
    """The same bits as a type as wide."""
    return value if value.type == kind else emit.value("arith.bitcast", kind, value)


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
    integer = _bits(kind)
    total = emit.value("arith.extui", integer, pieces[0])
    for position, piece in enumerate(pieces[1:], 1):
        high = emit.value("arith.shli", integer, emit.value("arith.extui", integer, piece), emit.constant(position * bits, integer))
        total = emit.value("arith.ori", integer, total, high)
    return _as(emit, total, kind)
