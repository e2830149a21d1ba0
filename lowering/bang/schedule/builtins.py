"""Which vector builtin (or short sequence) computes a scalar operation on whole buffers."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mlir import ir
from mlir.dialects import arith, scf

from xpiler.analysis.effects import defining
from xpiler.dialects.words import enum
from xpiler.lowering.bang.schedule.vector_plan import element_bytes
from xpiler.lowering.c_text.literal import RECIPROCAL

BINARY = {
    "arith.addf": "add",
    "arith.subf": "sub",
    "arith.mulf": "mul",
    "arith.divf": "div",
    "arith.maxnumf": "maxequal",
    "arith.minnumf": "minequal",
    "arith.maximumf": "maxequal",
    "arith.minimumf": "minequal",
    "arith.addi": "add",
    "arith.subi": "sub",
    "arith.muli": "mul",
}
# The extremes that give the number where the other side is NaN, as C's fmax and fmin do.
OF_NUMBERS = {"arith.maxnumf": "maximum", "arith.minnumf": "minimum"}
COMMUTATIVE = {"add", "mul", "maxequal", "minequal", "maximum", "minimum"}
# the high-precision member of each family, where there is one
UNARY = {
    "math.exp": "active_exphp",
    "math.sqrt": "sqrt",
    "math.rsqrt": "rsqrt",
    "math.absf": "abs",
    "math.sin": "sin",
    "math.cos": "cos",
    "math.log": "active_loghp",
    "math.exp2": "pow2",
    "math.log2": "log2",
    "math.floor": "floor",
    "math.round": "round",
    "math.roundeven": "nearbyint",
    "arith.negf": "neg",
}
NO_OVERLAP = {"floor", "round", "nearbyint"}  # the destination must not be the source
NO_OVERLAP_WITH_SECOND = {"maxequal", "minequal", "maximum", "minimum"}  # it may be the first source, not the second
FLOATS = ("f16", "f32")
VECTOR_BYTES = 128  # what a vector instruction takes at a time
CONVERSIONS = {
    "arith.extf": {("f16", "f32"): "none"},
    "arith.truncf": {("f32", "f16"): "rn"},
    "arith.fptosi": {("f32", "i32"): "tz", ("f32", "i16"): "tz", ("f32", "i8"): "tz"},
    "arith.sitofp": {("i8", "f32"): "none", ("i8", "f16"): "none", ("i16", "f32"): "none", ("i32", "f32"): "rn"},
}
POOLS = {"arith.addf": "sum", "arith.maxnumf": "max", "arith.maximumf": "max", "arith.minnumf": "min", "arith.minimumf": "min"}


def binary_kind(op: ir.Operation) -> str:
    """The builtin of an operation on two values.

    An extreme that ends up in an integer (the clamp of a quantisation, where 0 / 0 becomes a bound) must not keep a NaN.
    """
    return OF_NUMBERS[op.name] if op.name in OF_NUMBERS and _becomes_an_integer(op) else BINARY[op.name]


def _becomes_an_integer(op: ir.Operation) -> bool:
    users = [use.owner.operation for use in op.results[0].uses]
    return any(user.name in ("arith.fptosi", "arith.fptoui") or (user.name in OF_NUMBERS and _becomes_an_integer(user)) for user in users)


@dataclass(frozen=True)
class Builtins:
    """Emits builtins on pieces of `count` (i32) elements at the current insertion point."""

    count: ir.Value
    asynchronous: bool = False  # copies between GDRAM and NRAM

    def unary(self, kind: str, dst: ir.Value, src: ir.Value) -> None:
        """dst[i] = f(src[i])."""
        _create("bang.unary", [dst, src, self.count], kind=enum("bang", "unary_kind", kind))

    def binary(self, kind: str, dst: ir.Value, a: ir.Value, b: ir.Value) -> None:
        """dst[i] = a[i] op b[i]."""
        _create("bang.binary", [dst, a, b, self.count], kind=enum("bang", "binary_kind", kind))

    def with_scalar(self, kind: str, dst: ir.Value, a: ir.Value, scalar: ir.Value) -> None:
        """dst[i] = a[i] op scalar; a quotient is a product with the reciprocal."""
        if kind == "div":
            kind, scalar = "mul", _reciprocal(scalar)
        _create("bang.binary_scalar", [dst, a, scalar, self.count], kind=enum("bang", "binary_kind", kind))

    def scalar_first(self, kind: str, dst: ir.Value, scalar: ir.Value, b: ir.Value) -> None:
        """dst[i] = scalar op b[i] for the operators that do not commute."""
        if kind == "sub":
            self.with_scalar("mul", dst, b, arith.constant(scalar.type, -1.0))
            self.with_scalar("add", dst, dst, scalar)
        else:  # div
            self.unary("recip", dst, b)
            self.with_scalar("mul", dst, dst, scalar)

    def fill(self, dst: ir.Value, scalar: ir.Value) -> None:
        """dst[i] = scalar."""
        _create("bang.fill", [dst, scalar, self.count])

    def convert(self, kind: str, dst: ir.Value, src: ir.Value) -> None:
        """dst[i] = src[i] in dst's type; integers are told that they are no fractions."""
        ends = (ir.MemRefType(side.type).element_type for side in (dst, src))
        fixed = [_i32(0)] if any(isinstance(end, ir.IntegerType) for end in ends) else []
        _create("bang.convert", [dst, src, self.count, *fixed], kind=enum("bang", "rounding", kind))

    def pool(self, kind: str, dst: ir.Value, src: ir.Value) -> None:
        """dst[0] = the sum, maximum or minimum of src."""
        one = _i32(1)
        operands = [dst, src, one, one, self.count, one, self.count, one, one]
        _create("bang.pool", operands, kind=enum("bang", "pool_kind", kind))

    def arg(self, kind: str, dst: ir.Value, src: ir.Value) -> None:
        """dst[0] = the maximum or minimum of src; the word behind it = the first index that has it."""
        _create("bang.arg", [dst, src, self.count], kind=enum("bang", "arg_kind", kind))

    def pool_in_lanes(self, kind: str, dst: ir.Value, src: ir.Value, neutral: ir.Value) -> None:
        """dst[lane] = the sum, maximum or minimum of the elements of src in that lane; what is left of the last vector becomes neutral."""
        one, lanes = _i32(1), _i32(VECTOR_BYTES // element_bytes(ir.MemRefType(src.type).element_type))
        with ir.Location.name("rest", ir.Location.current):
            rest = arith.remsi(self.count, lanes)
        partial = scf.IfOp(arith.cmpi(arith.CmpIPredicate.sgt, rest, _i32(0)))
        with ir.InsertionPoint(partial.then_block):
            stored = ir.MemRefType(src.type)
            kind_of_view = ir.MemRefType.get([ir.ShapedType.get_dynamic_size()], stored.element_type, memory_space=stored.memory_space)
            end = arith.index_cast(ir.IndexType.get(), self.count)
            tail = ir.Operation.create("xpiler.view", results=[kind_of_view], operands=[src, end]).result
            _create("bang.fill", [tail, neutral, arith.subi(lanes, rest)])
            scf.yield_([])
        rounded = arith.addi(self.count, arith.subi(lanes, one))
        with ir.Location.name("vectors", ir.Location.current):
            vectors = arith.divsi(rounded, lanes)
        operands = [dst, src, lanes, one, vectors, one, vectors, one, one]
        _create("bang.pool", operands, kind=enum("bang", "pool_kind", kind))

    @staticmethod
    def of(count: int) -> Builtins:
        """Builtins on so many elements."""
        return Builtins(_i32(count))

    def copy(self, direction: str, dst: ir.Value, src: ir.Value, element_bytes: int) -> None:
        """The piece between GDRAM and NRAM."""
        size = arith.muli(self.count, arith.constant(self.count.type, element_bytes), overflow_flags=arith.IntegerOverflowFlags.nsw)
        options = {"async": ir.UnitAttr.get()} if self.asynchronous else {}
        _create("bang.memcpy", [dst, src, size], direction=enum("bang", "direction", direction), **options)

    def move(self, dst: ir.Value, src: ir.Value, element_bytes: int) -> None:
        """The piece from one NRAM buffer to another."""
        size = arith.muli(self.count, arith.constant(self.count.type, element_bytes), overflow_flags=arith.IntegerOverflowFlags.nsw)
        _create("bang.move", [dst, src, size])


def _reciprocal(scalar: ir.Value) -> ir.Value:
    """1 / scalar; of a constant it is one too, written as the quotient that it is rounded from."""
    number = defining(scalar)
    if number is None or number.name != "arith.constant":
        return arith.divf(arith.constant(scalar.type, 1.0), scalar)
    divisor = ir.FloatAttr(number.attributes["value"])
    quotient = arith.ConstantOp(scalar.type, ir.FloatAttr.get(scalar.type, 1.0 / divisor.value if divisor.value else math.inf))
    if divisor.value:
        quotient.operation.attributes[RECIPROCAL] = divisor
    return quotient.result


def _i32(number: int) -> ir.Value:
    return arith.constant(ir.IntegerType.get_signless(32), number)


def _create(name: str, operands: list[ir.Value], **attributes: ir.Attribute) -> None:
    ir.Operation.create(name, operands=operands, attributes=attributes)
