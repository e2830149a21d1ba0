"""The words that placeholders of `semantics.mlir` stand for, given the element types of an operation's buffers."""

from __future__ import annotations

BITS = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64, "i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
INFINITY = {"f16": "0x7C00", "bf16": "0x7F80", "f32": "0x7F800000", "f64": "0x7FF0000000000000"}
MINUS_INFINITY = {"f16": "0xFC00", "bf16": "0xFF80", "f32": "0xFF800000", "f64": "0xFFF0000000000000"}
CLASSES = {
    "float": ("f16", "bf16", "f32", "f64"),
    "narrow": ("f16", "bf16"),
    "int": ("i8", "i16", "i32", "i64"),
    "short": ("i8", "i16"),
}


def type_words(types: tuple[str, ...]) -> dict[str, str]:
    """$T $U $V, and what follows from the first type (the destination's) and the second (an operand's)."""
    first = types[0]
    accumulator = first if len(types) < 2 or types[1] in INFINITY else "i64"
    words = dict(zip("TUVW", types, strict=False))
    words["ACC"] = accumulator
    words["ZERO_ACC"] = "0.0" if accumulator in INFINITY else "0"
    bits = BITS[first]
    words["BYTES"], words["LANES"] = str(max(bits // 8, 1)), str(1024 // bits)
    if first in INFINITY:
        words |= {"ZERO": "0.0", "ONE": "1.0", "ADD": "arith.addf", "EQ": "arith.cmpf oeq", "NE": "arith.cmpf une"}
        words |= {"LOWEST": MINUS_INFINITY[first], "HIGHEST": INFINITY[first]}
    else:
        words |= {"ZERO": "0", "ONE": "1", "ADD": "arith.addi", "EQ": "arith.cmpi eq", "NE": "arith.cmpi ne"}
        words |= {"LOWEST": str(-(1 << (bits - 1))), "HIGHEST": str((1 << (bits - 1)) - 1)}
    return words
