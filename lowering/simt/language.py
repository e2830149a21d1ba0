"""What CUDA and HIP text have in common."""

from __future__ import annotations

from typing import ClassVar

from mlir import ir

from xpiler.lowering.c_text.attributes import integer_of
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT, CType, scalar_type
from xpiler.lowering.c_text.dense import elements
from xpiler.lowering.c_text.expression import Expr, call, infix, integer, leaf
from xpiler.lowering.c_text.floats import literal
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.simt.row_blocks import BLOCK_SIZES
from xpiler.lowering.simt.vector_ops import SHORT_VECTORS, lanewise

_RESERVED = "threadIdx blockIdx blockDim gridDim warpSize dim3 float2 float4 int2 int4 half2 tid"


_BIT_CASTS = {
    ("float32", "int32"): "__float_as_int",
    ("float32", "uint32"): "__float_as_uint",
    ("int32", "float32"): "__int_as_float",
    ("uint32", "float32"): "__uint_as_float",
    ("float64", "int64"): "__double_as_longlong",
    ("int64", "float64"): "__longlong_as_double",
}


def _kind_of(ctype: CType) -> str:
    """A type in the table of bit casts."""
    return f"{ctype.kind}{ctype.bits}"


class SimtLanguage(Language):
    """Kernels over a grid of blocks of threads; half and bfloat16 are classes with functions for their conversions."""

    headers: ClassVar[dict[str, str]] = {}
    reserved: ClassVar[frozenset[str]] = frozenset(_RESERVED.split()[:-1])
    spaces: ClassVar[dict[str, str]] = {"shared": "__shared__ ", "constant": "__constant__ "}
    library_qualifier: ClassVar[str] = "static __host__ __device__ inline"
    has_rsqrt: ClassVar[bool] = True
    unroll: ClassVar[str] = "#pragma unroll {}"
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **SHORT_VECTORS})
    to_float: ClassVar[dict[str, str]] = {"half": "__half2float", "bfloat16": "__bfloat162float"}
    from_float: ClassVar[dict[str, str]] = {"half": "__float2half", "bfloat16": "__float2bfloat16"}

    def kernel_head(self, body: Body, op: ir.Operation, parameters: str) -> str:
        """`extern "C" __global__ void add(...)`; a template over the threads of a block where a launch chooses them."""
        if BLOCK_SIZES in op.attributes:
            sizes = list(ir.DenseI32ArrayAttr(op.attributes[BLOCK_SIZES]))
            body.threads = leaf(body.names.claim("THREADS"), INT, min(sizes), max(sizes))
            return f"template <int {body.threads.text}> __global__ void {ir.StringAttr(op.attributes['sym_name']).value}({parameters})"
        bound = f"__launch_bounds__({integer_of(op.attributes['xpiler.block_size'])}) " if "xpiler.block_size" in op.attributes else ""
        return f'extern "C" __global__ void {bound}{ir.StringAttr(op.attributes["sym_name"]).value}({parameters})'

    def global_qualifier(self, constant: bool) -> str:
        """File-scope arrays live on the device."""
        return "__constant__ " if constant else "__device__ "

    def widens_by_itself(self, ctype: CType) -> bool:
        """half and bfloat16 are classes."""
        return ctype.bits != 16

    def explicit_cast(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """Casts between C's types, functions from and to the 16-bit ones (through float)."""
        if expr.ctype.kind == "float" and expr.ctype.bits == 16:
            wide = call(self.to_float[expr.ctype.name], (expr,), CType("float", 32, "float"))
            return wide if ctype.bits == 32 else self.explicit_cast(body, wide, ctype)
        if ctype.bits == 16:
            body.spell(ctype)
            single = expr if expr.ctype.bits == 32 else super().explicit_cast(body, expr, CType("float", 32, "float"))
            return call(self.from_float[ctype.name], (single,), ctype)
        return super().explicit_cast(body, expr, ctype)

    def bitcast(self, body: Body, op: ir.Operation) -> Expr:
        """`__float_as_int(x)` and its like in kernels; launchers and other widths take what C++ has."""
        source, target = self.as_wide_as(body.value(op.operands[0]), op), body.variable_type(op.results[0])
        name = _BIT_CASTS.get((_kind_of(source.ctype), _kind_of(target)))
        if name is None or body.handlers is self.host_handlers:
            return self.bits_of(body, source, target)
        return call(name, (source,), target)

    def float_from_integer(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """The 16-bit floats are made from a float."""
        if ctype.bits != 16:
            return super().float_from_integer(body, expr, ctype)
        return self.explicit_cast(body, super().float_from_integer(body, expr, CType("float", 32, "float")), ctype)

    def as_arithmetic_float(self, body: Body, expr: Expr) -> Expr:
        """A class is converted before the cast."""
        return self.explicit_cast(body, expr, CType("float", 32, "float")) if expr.ctype.bits == 16 else expr

    def counted_bits(self, kind: str, expr: Expr, width: int) -> Expr:
        """The device's functions; `__ffs` counts from 1."""
        function = {"ctpop": "__popc", "ctlz": "__clz", "cttz": "__ffs"}[kind] + ("ll" if width == 64 else "")
        count = call(function, (expr,), INT, low=0, high=width)
        return infix("-", count, integer(1, INT), INT, 0, width) if kind == "cttz" else count

    def vector_binary(self, body: Body, op: ir.Operation) -> Expr:
        """Arithmetic on short vectors."""
        return lanewise(body, op)

    def constant(self, body: Body, op: ir.Operation) -> Expr:
        """A constant vector, lane by lane."""
        element = scalar_type(ir.VectorType(op.results[0].type).element_type)
        make = (lambda v: literal(body, float(v), element)) if element.kind == "float" else (lambda v: integer(int(v), element))
        return self.packed(body, tuple(make(v) for v in elements(op)), self.opaque_type(body, op.results[0].type))

    def packed(self, body: Body, values: tuple[Expr, ...], ctype: CType) -> Expr:
        """A vector from its lanes."""
        raise NotImplementedError

    def has_vector_operators(self, ctype: CType) -> bool:
        """Whether a vector type has arithmetic operators."""
        raise NotImplementedError

    def to_lane(self, value: Expr) -> str:
        """A scalar as a lane."""
        return value.text

    def from_lane(self, text: str, ctype: CType) -> str:
        """A lane as a scalar."""
        return text
