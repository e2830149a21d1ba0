"""Masks that are made of comparisons stay one bit a lane, where the source passes them on as the bits of an integer.

`_mm512_cmp_ps_mask` gives an integer and a masked instruction takes one; between them lie C's `&`, `|`, `^`, `~` and
conversions at most. Bit by bit that is the same operation on the lanes, which needs no integer.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.raising.structure import definition, post_order
from xpiler.raising.vnni.masks import CASTS, literal

BITWISE = {"arith.andi": arith.andi, "arith.ori": arith.ori, "arith.xori": arith.xori}
FORGOTTEN = ("vector.bitcast", "vector.from_elements", "vector.extract", *BITWISE, *CASTS)


def keep_masks_as_lanes(function: ir.Operation) -> None:
    """Makes the vectors of mask bits that come from other vectors of bits without an integer between."""
    for op in post_order(function):
        kind = op.results[0].type if op.name == "vector.bitcast" else None
        if isinstance(kind, ir.VectorType) and str(kind.element_type) == "i1":
            _replace(op, kind)
    for op in reversed(post_order(function)):
        if op.name in FORGOTTEN and not any(list(result.uses) for result in op.results):
            op.erase()


def _replace(op: ir.Operation, kind: ir.VectorType) -> None:
    packed = definition(op.operands[0])
    if packed is None or packed.name != "vector.from_elements" or not _from_lanes(packed.operands[0], kind):
        return
    with ir.InsertionPoint(op), op.location:
        lanes = _lanes(packed.operands[0], kind)
    op.results[0].replace_all_uses_with(lanes)


def _from_lanes(mask: ir.Value, kind: ir.VectorType) -> bool:
    """Whether an integer is made of vectors of so many bits, and of constants."""
    op = definition(mask)
    if op is None or ir.IntegerType(mask.type).width < kind.shape[0]:
        return False
    if op.name in BITWISE:
        known = [literal(side) is not None or _from_lanes(side, kind) for side in op.operands]
        return all(known) and any(literal(side) is None for side in op.operands)
    return _from_lanes(op.operands[0], kind) if op.name in CASTS else _unpacked(op, kind) is not None


def _unpacked(op: ir.Operation, kind: ir.VectorType) -> ir.Value | None:
    """The vector whose bits an integer is."""
    packed = definition(op.operands[0]) if op.name == "vector.extract" and len(op.operands) == 1 else None
    if packed is None or packed.name != "vector.bitcast":
        return None
    return packed.operands[0] if packed.operands[0].type == kind else None


def _lanes(mask: ir.Value, kind: ir.VectorType) -> ir.Value:
    """The low bits of an integer, by the vectors it is made of."""
    number, op = literal(mask), definition(mask)
    if number is not None:
        integer = ir.IntegerType.get_signless(kind.shape[0])
        bits = vector.from_elements(ir.VectorType.get([1], integer), [arith.constant(integer, number & ((1 << integer.width) - 1))])
        return vector.bitcast(kind, bits)
    if op.name in BITWISE:
        return BITWISE[op.name](*(_lanes(side, kind) for side in op.operands))
    return _lanes(op.operands[0], kind) if op.name in CASTS else _unpacked(op, kind)
