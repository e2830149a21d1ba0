"""C types as the front end sees them: what a value is, how it is stored, how it prints as MLIR."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mlir import ir

if TYPE_CHECKING:
    from clang.cindex import Cursor


@dataclass(frozen=True)
class CType:
    """Base of all C types; qualifiers are dropped."""

    @property
    def is_arithmetic(self) -> bool:
        return False

    @property
    def is_integer(self) -> bool:
        return False

    def mlir(self) -> ir.Type:
        """The type of an SSA value of this type."""
        raise TypeError(f"{self} is no SSA value")


@dataclass(frozen=True)
class Void(CType):
    """`void`, and what a `void *` points to."""

    def __str__(self) -> str:
        return "void"


@dataclass(frozen=True)
class Int(CType):
    """An integer type; `long` and `long long` are the same 64 bits."""

    bits: int
    signed: bool

    is_arithmetic = True
    is_integer = True

    def mlir(self) -> ir.Type:
        return ir.IntegerType.get_signless(self.bits)

    def __str__(self) -> str:
        names = {8: "int8_t", 16: "int16_t", 32: "int", 64: "int64_t"}
        unsigned = {8: "uint8_t", 16: "uint16_t", 32: "unsigned int", 64: "uint64_t"}
        return names[self.bits] if self.signed else unsigned[self.bits]


@dataclass(frozen=True)
class Bool(CType):
    """`bool`: i1 as a value, one byte in memory."""

    signed: bool = False
    bits: int = 8

    is_arithmetic = True
    is_integer = True

    def mlir(self) -> ir.Type:
        return ir.IntegerType.get_signless(1)

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True)
class Float(CType):
    """A floating type by its MLIR name: f16, bf16, f32, f64."""

    name: str

    is_arithmetic = True

    @property
    def bits(self) -> int:
        return {"f16": 16, "bf16": 16, "f32": 32, "f64": 64}[self.name]

    def mlir(self) -> ir.Type:
        kinds = {"f16": ir.F16Type, "bf16": ir.BF16Type, "f32": ir.F32Type, "f64": ir.F64Type}
        return kinds[self.name].get()

    def __str__(self) -> str:
        return {"f16": "half", "bf16": "bfloat16", "f32": "float", "f64": "double"}[self.name]


@dataclass(frozen=True)
class Vector(CType):
    """A vector of lanes; `fields` names them where C does (x, y, z, w)."""

    element: CType
    lanes: int
    name: str = ""
    bytes: int = 0  # sizeof, where it is not the lanes' (an ext_vector of three)

    def mlir(self) -> ir.Type:
        return ir.VectorType.get([self.lanes], self.element.mlir())

    def __str__(self) -> str:
        return self.name or f"{self.element} x {self.lanes}"


@dataclass(frozen=True)
class PointerType(CType):
    """A pointer; as a value it is a base and an offset."""

    pointee: CType

    def __str__(self) -> str:
        return f"{self.pointee} *"


@dataclass(frozen=True)
class ArrayType(CType):
    """An array; `count` is None where the bound is left open."""

    element: CType
    count: int | None

    def __str__(self) -> str:
        return f"{self.element}[{'' if self.count is None else self.count}]"


@dataclass(frozen=True)
class StructType(CType):
    """A record whose fields are values of their own; of a union, the bits of one field are those of all."""

    name: str
    fields: tuple[tuple[str, CType], ...] = field(compare=False)
    offsets: tuple[int, ...] = field(default=(), compare=False)  # of the fields, in bytes
    bytes: int = field(default=0, compare=False)
    alignment: int = field(default=1, compare=False)
    is_union: bool = field(default=False, compare=False)
    defaults: Mapping[str, Cursor] = field(default_factory=dict, compare=False)  # the values at the declarations of fields

    @property
    def stored(self) -> tuple[tuple[str, CType], ...]:
        """The fields that a value is made of: all, or the largest one of a union."""
        return (max(self.fields, key=lambda item: size_of(item[1])),) if self.is_union and self.fields else self.fields

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class OpaqueType(CType):
    """A type the front end only hands on (a stream, an event, a format string), with its MLIR type if it has one."""

    name: str
    spelling: str = ""

    def mlir(self) -> ir.Type:
        if not self.spelling:
            raise TypeError(f"{self.name} is no SSA value")
        return ir.Type.parse(self.spelling)

    def __str__(self) -> str:
        return self.name


BOOL = Bool()
I8, I16, I32, I64 = (Int(bits, True) for bits in (8, 16, 32, 64))
U8, U16, U32, U64 = (Int(bits, False) for bits in (8, 16, 32, 64))
F16, BF16, F32, F64 = (Float(name) for name in ("f16", "bf16", "f32", "f64"))
VOID = Void()


def promote(ctype: CType) -> CType:
    """C's integer promotion."""
    if isinstance(ctype, Bool) or (isinstance(ctype, Int) and ctype.bits < 32):
        return I32
    return ctype


def common_type(left: CType, right: CType) -> CType:
    """C's usual arithmetic conversions: the type both operands are brought to."""
    floats = [side for side in (left, right) if isinstance(side, Float)]
    if floats:
        return max(floats, key=lambda side: (side.bits, side.name))
    left, right = promote(left), promote(right)
    assert isinstance(left, Int) and isinstance(right, Int)
    bits = max(left.bits, right.bits)
    return Int(bits, all(side.signed for side in (left, right) if side.bits == bits))


def scalar_of(ctype: CType) -> CType:
    """The scalar that memory holds: a vector's element, an array's innermost element, what a record consists of."""
    while isinstance(ctype, (Vector, ArrayType)):
        ctype = ctype.element
    return _unit(ctype) if isinstance(ctype, StructType) else ctype


def _unit(record: StructType) -> CType:
    """What a record in memory consists of: its fields' one type; numbers of their one width; else bytes."""
    units = {scalar_of(inner) for _, inner in record.fields}
    if not all(isinstance(unit, (Int, Float)) for unit in units):
        return U8
    widths = {size_of(unit) for unit in units}
    held = sum(size_of(inner) for _, inner in record.stored)
    if len(widths) != 1 or held != record.bytes:
        return U8
    return units.pop() if len(units) == 1 else Int(8 * widths.pop(), False)


def is_stored(ctype: CType) -> bool:
    """Whether memory can hold objects of this type: numbers, and arrays, vectors and records of them."""
    if isinstance(ctype, StructType):
        return bool(ctype.fields) and all(is_stored(inner) for _, inner in ctype.fields)
    return is_stored(ctype.element) if isinstance(ctype, (ArrayType, Vector)) else ctype.is_arithmetic


def value_type(ctype: CType) -> CType:
    """The type of a value: an array in a record is the vector of its elements there."""
    return Vector(scalar_of(ctype), scalars_in(ctype)) if isinstance(ctype, ArrayType) else ctype


def memory_type(ctype: CType) -> ir.Type:
    """The element type of a memref of this scalar: `bool` is a byte."""
    scalar = scalar_of(ctype)
    return ir.IntegerType.get_signless(8) if isinstance(scalar, (Bool, Void)) else scalar.mlir()


def shape_of(ctype: CType) -> list[int]:
    """Extents of the memref that holds one object of this type; a vector's lanes and a record's scalars are its last dimension."""
    if isinstance(ctype, ArrayType):
        return [ctype.count or 0, *shape_of(ctype.element)]
    if isinstance(ctype, StructType):
        return [ctype.bytes // size_of(scalar_of(ctype))]
    return [ctype.lanes] if isinstance(ctype, Vector) else []


def scalars_in(ctype: CType) -> int:
    """How many scalars an object of this type holds: the unit of pointer arithmetic."""
    count = 1
    for extent in shape_of(ctype):
        count *= extent
    return count


def size_of(ctype: CType) -> int:
    """`sizeof` in bytes, for types that memory holds here."""
    if isinstance(ctype, ArrayType):
        return (ctype.count or 0) * size_of(ctype.element)
    if isinstance(ctype, StructType):
        return ctype.bytes
    if isinstance(ctype, Vector):
        return ctype.bytes or ctype.lanes * size_of(ctype.element)
    if isinstance(ctype, PointerType):
        return 8
    return getattr(ctype, "bits", 8) // 8
