"""Vectors as AVX-512 registers: their C types and the suffixes of their intrinsics."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.ctype import CType
from xpiler.lowering.c_text.expression import Expr, call

_BITS = {"f16": 16, "bf16": 16, "f32": 32, "f64": 64, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
_FLOATS = {"f32": "ps", "f64": "pd"}


@dataclass(frozen=True)
class Lanes:
    """`count` lanes of an element type, in the smallest register that holds them."""

    element: str
    count: int

    @staticmethod
    def of(kind: ir.Type) -> Lanes:
        """The lanes of a vector type; raises Unsupported where no register holds them."""
        vector = ir.VectorType(kind)
        lanes = Lanes(str(vector.element_type), vector.shape[0] if len(vector.shape) == 1 else 0)
        if lanes.element not in _BITS or not lanes.count or lanes.bits * lanes.count > 512 or lanes.count & (lanes.count - 1):
            raise Unsupported(f"a value of type '{kind}' fits no AVX-512 register")
        return lanes

    @property
    def bits(self) -> int:
        """Bits of a lane."""
        return _BITS[self.element]

    @property
    def width(self) -> int:
        """Bits of the register."""
        return max(128, self.bits * self.count)

    @property
    def is_float(self) -> bool:
        """Whether the lanes have floating-point arithmetic."""
        return self.element in _FLOATS

    @property
    def suffix(self) -> str:
        """`ps`, `pd`, `epi32`..."""
        return _FLOATS.get(self.element, f"epi{self.bits}")

    @property
    def whole(self) -> str:
        """The suffix of operations on the register as a whole: `ps`, `pd` or `si512`."""
        return _FLOATS.get(self.element, f"si{self.width}")

    @property
    def prefix(self) -> str:
        """`_mm512`, `_mm256` or `_mm`."""
        return "_mm" if self.width == 128 else f"_mm{self.width}"

    @property
    def ctype(self) -> CType:
        """The register's C type."""
        return CType("vector", self.width, f"__m{self.width}{ {'ps': '', 'pd': 'd'}.get(_FLOATS.get(self.element, ''), 'i') }")

    def intrinsic(self, name: str, *operands: Expr, suffix: str | None = None) -> Expr:
        """`_mm512_<name>_<suffix>(operands...)` of this register's type."""
        return call(f"{self.prefix}_{name}_{suffix or self.suffix}", operands, self.ctype)


def is_mask(kind: ir.Type) -> bool:
    """Whether a type is a vector of booleans."""
    return isinstance(kind, ir.VectorType) and str(ir.VectorType(kind).element_type) == "i1"


def mask_type(count: int) -> CType:
    """The mask register of `count` lanes."""
    bits = max(8, count)
    return CType("uint", bits, f"__mmask{bits}")
