"""AVX-512's registers as MLIR vectors: widths, element suffixes, masks.

A `__m512` is `vector<16xf32>`, a `__m512d` `vector<8xf64>`, and a `__m512i`, which C leaves untyped, `vector<16xi32>`:
an intrinsic that means other lanes sees it through `vector.bitcast`. A mask is an integer of one bit a lane.
"""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, vector

WIDTHS = (128, 256, 512)
REGISTERS = {"ps": "", "pd": "d", "pbh": "bh"}  # what ends the C type of a register; others are integers


@dataclass(frozen=True)
class Lanes:
    """What a suffix such as `epi8` says of a register of `width` bits."""

    width: int
    suffix: str

    @property
    def bits(self) -> int:
        """Bits of one lane."""
        return {"ps": 32, "pd": 64, "ph": 16, "pbh": 16}.get(self.suffix) or int(self.suffix.lstrip("epiu"))

    @property
    def count(self) -> int:
        """Lanes in the register."""
        return self.width // self.bits

    @property
    def is_float(self) -> bool:
        return self.suffix in ("ps", "pd", "ph", "pbh")

    @property
    def is_unsigned(self) -> bool:
        return self.suffix.startswith("epu")

    @property
    def element(self) -> ir.Type:
        """The lane's MLIR type."""
        if self.suffix == "pbh":
            return ir.BF16Type.get()
        if self.is_float:
            return {32: ir.F32Type, 64: ir.F64Type, 16: ir.F16Type}[self.bits].get()
        return ir.IntegerType.get_signless(self.bits)

    @property
    def type(self) -> ir.Type:
        """The register as these lanes."""
        return ir.VectorType.get([self.count], self.element)

    @property
    def register(self) -> str:
        """The C type of the register."""
        return f"__m{self.width}{REGISTERS.get(self.suffix, 'i')}"

    @property
    def mask(self) -> str:
        """The C type of a mask over these lanes."""
        return f"__mmask{max(8, self.count)}"

    @property
    def scalar(self) -> str:
        """The C type of one lane."""
        if self.is_float:
            return {32: "float", 64: "double", 16: "_Float16"}[self.bits]
        name = {8: "char", 16: "short", 32: "int", 64: "long long"}[self.bits]
        return f"unsigned {name}" if self.is_unsigned else name


def prefix(width: int) -> str:
    """How an intrinsic of this width begins."""
    return "_mm" if width == 128 else f"_mm{width}"


def retype(value: ir.Value, kind: ir.Type) -> ir.Value:
    """The same bits as a vector of another lane type."""
    return value if value.type == kind else vector.bitcast(kind, value)


def register_type(name: str) -> ir.Type:
    """The MLIR type of a register's C type."""
    width = int("".join(c for c in name if c.isdigit()))
    suffix = {"d": "pd", "i": "epi32", "h": "pbh"}.get(name[-1], "ps")
    return Lanes(width, suffix).type


def mask_lanes(mask: ir.Value, count: int) -> ir.Value:
    """An integer mask as `vector<count x i1>`, bit 0 first; excess bits are dropped."""
    bits, one_bit = ir.IntegerType(mask.type).width, ir.IntegerType.get_signless(1)
    lanes = vector.bitcast(ir.VectorType.get([bits], one_bit), vector.from_elements(ir.VectorType.get([1], mask.type), [mask]))
    if bits == count:
        return lanes
    return vector.extract_strided_slice(ir.VectorType.get([count], one_bit), lanes, [0], [count], [1])


def mask_integer(lanes: ir.Value, bits: int) -> ir.Value:
    """`vector<n x i1>` as an integer mask of `bits` bits, missing lanes zero."""
    count = ir.VectorType(lanes.type).shape[0]
    if count < bits:
        zero = arith.constant(
            ir.VectorType.get([bits], lanes.type.element_type),
            ir.DenseElementsAttr.get_splat(ir.VectorType.get([bits], lanes.type.element_type), ir.BoolAttr.get(False)),
        )
        lanes = vector.insert_strided_slice(lanes, zero, [0], [1])
    kind = ir.IntegerType.get_signless(bits)
    packed = vector.bitcast(ir.VectorType.get([1], kind), lanes)
    return vector.extract(packed, [], [0])


def splat(kind: ir.Type, number: float | int) -> ir.Value:
    """A vector constant with the same number in every lane."""
    vector_type = ir.VectorType(kind)
    element = vector_type.element_type
    attribute = (
        ir.IntegerAttr.get(element, int(number)) if isinstance(element, ir.IntegerType) else ir.FloatAttr.get(element, float(number))
    )
    return arith.constant(kind, ir.DenseElementsAttr.get_splat(kind, attribute))
