"""Shifts of words that only serve the bytes in them: `_mm_and_si128(_mm_srli_epi16(x, 4), _mm_set1_epi8(15))` shifts every byte.

There is no shift of bytes, so words are shifted, and the mask takes away what came over from the byte above. As lanes of bytes each is
`(x >> 4) & 15`; as lanes of words two bytes are put together and taken apart again.
"""

from __future__ import annotations

from mlir import ir
from mlir.dialects import arith, vector

from xpiler.analysis.effects import defining, walk

BYTE = 8


def shift_bytes(function: ir.Operation) -> None:
    """Rewrites the masked shifts of words of a kernel whose mask keeps what is left of each byte, or less."""
    for op in walk(function):
        if op.name == "arith.andi" and isinstance(op.results[0].type, ir.VectorType):
            for shifted, mask in (list(op.operands), list(op.operands)[::-1]):
                if _rewrite(op, shifted, mask):
                    break


def _rewrite(op: ir.Operation, shifted: ir.Value, mask: ir.Value) -> bool:
    kept, shift = _byte_of(mask), defining(_bits(shifted))
    if kept is None or shift is None or shift.name != "arith.shrui":
        return False
    places = _number(shift.operands[1])
    if places is None or not 0 < places < BYTE or kept > 0xFF >> places:
        return False
    kind = ir.VectorType(op.results[0].type)
    count = kind.shape[0] * ir.IntegerType(kind.element_type).width // BYTE
    with ir.InsertionPoint(op), op.location:
        byte = ir.IntegerType.get_signless(BYTE)
        lanes = ir.VectorType.get([count], byte)
        moved = arith.shrui(vector.bitcast(lanes, _bits(shift.operands[0])), _splat(lanes, byte, places))
        masked = moved if kept == 0xFF >> places else arith.andi(moved, _splat(lanes, byte, kept))
        op.results[0].replace_all_uses_with(vector.bitcast(kind, masked))
    return True


def _splat(lanes: ir.VectorType, byte: ir.Type, number: int) -> ir.Value:
    signed = number - 256 * (number > 127)
    return arith.constant(lanes, ir.DenseElementsAttr.get_splat(lanes, ir.IntegerAttr.get(byte, signed)))


def _bits(value: ir.Value) -> ir.Value:
    """A register behind what only reads it as lanes of another width."""
    while (op := defining(value)) is not None and op.name == "vector.bitcast":
        value = op.operands[0]
    return value


def _number(register: ir.Value) -> int | None:
    """The integer in every lane of a register, where it is constant."""
    op = defining(register)
    if op is not None and op.name == "vector.broadcast":
        op = defining(op.operands[0])
    value = op.attributes["value"] if op is not None and op.name == "arith.constant" else None
    if isinstance(value, ir.DenseElementsAttr):
        value = value.get_splat_value() if value.is_splat else None
    return value.value if isinstance(value, ir.IntegerAttr) else None


def _byte_of(mask: ir.Value) -> int | None:
    """The byte that a register repeats; None where it does not, or is not constant."""
    bits = _bits(mask)
    number, element = _number(bits), ir.VectorType(bits.type).element_type
    if number is None or not isinstance(element, ir.IntegerType) or element.width % BYTE:
        return None
    parts = set((number % (1 << element.width)).to_bytes(element.width // BYTE, "little"))
    return parts.pop() if len(parts) == 1 else None
