"""The C types of emitted text, independent of how a platform spells them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CType:
    """A C type: `kind` is bool, int, uint, float, vector, pointer or opaque; `bits` its width; `name` the neutral spelling."""

    kind: str
    bits: int
    name: str

    @property
    def is_integer(self) -> bool:
        return self.kind in ("int", "uint", "bool")

    @property
    def is_unsigned(self) -> bool:
        """True where C arithmetic on the type wraps: unsigned and not promoted to int."""
        return self.kind == "uint" and self.bits >= 32

    @property
    def bounds(self) -> tuple[int, int]:
        """Smallest and largest value of an integer type."""
        if self.kind == "int":
            return -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1
        return 0, (1 << self.bits) - 1

    def holds(self, low: int, high: int) -> bool:
        """Whether every value of [low, high] is a value of this integer type."""
        return self.bounds[0] <= low and high <= self.bounds[1]


BOOL = CType("bool", 1, "bool")
INTS = {8: CType("int", 8, "int8_t"), 16: CType("int", 16, "int16_t"), 32: CType("int", 32, "int"), 64: CType("int", 64, "int64_t")}
UINTS = {
    8: CType("uint", 8, "uint8_t"),
    16: CType("uint", 16, "uint16_t"),
    32: CType("uint", 32, "unsigned"),
    64: CType("uint", 64, "uint64_t"),
}
INT, UINT, INT64 = INTS[32], UINTS[32], INTS[64]
HALF = CType("float", 16, "half")
BFLOAT16 = CType("float", 16, "bfloat16")
FLOAT = CType("float", 32, "float")
DOUBLE = CType("float", 64, "double")

_BY_MLIR_NAME = {"i1": BOOL, "f16": HALF, "bf16": BFLOAT16, "f32": FLOAT, "f64": DOUBLE, "index": INT64}


def scalar_type(mlir_type: object, *, signed: bool = True) -> CType | None:
    """The C type of a scalar MLIR type, or None when it is no scalar."""
    name = str(mlir_type)
    if name in _BY_MLIR_NAME:
        return _BY_MLIR_NAME[name]
    if name.startswith("i") and name[1:].isdigit() and int(name[1:]) in INTS:
        return (INTS if signed else UINTS)[int(name[1:])]
    return None


def promoted(ctype: CType) -> CType:
    """The type after C's integer promotions."""
    return INT if ctype.is_integer and ctype.bits < 32 else ctype


def common(a: CType, b: CType) -> CType:
    """The type of `a op b` after C's usual arithmetic conversions, for two integers or two floats."""
    if a.kind == "float" or b.kind == "float":
        return max((t for t in (a, b) if t.kind == "float"), key=lambda t: t.bits)
    a, b = promoted(a), promoted(b)
    if a.bits != b.bits:
        return a if a.bits > b.bits else b
    return a if a.kind == "uint" else b
