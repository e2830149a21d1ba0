"""HIP as a target language."""

from __future__ import annotations

from math import copysign
from typing import ClassVar

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INT, CType, scalar_type
from xpiler.lowering.c_text.dense import elements
from xpiler.lowering.c_text.expression import POSTFIX, Expr, call, integer, merged
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.simt import thread_ops
from xpiler.lowering.simt.fragment_ops import Fragments
from xpiler.lowering.simt.lane_ops import lane_handlers
from xpiler.lowering.simt.language import SimtLanguage
from xpiler.lowering.simt.runtime import SimtRuntime

_FRAGMENTS = Fragments("hip", "rocwmma", "<rocwmma/rocwmma.hpp>")
_VECTOR_ELEMENTS = {
    "f32": "float",
    "f64": "double",
    "f16": "_Float16",
    "bf16": "short",
    "i32": "int",
    "i16": "short",
    "i8": "char",
    "i64": "long",
}


class HipLanguage(SimtLanguage):
    """hipcc."""

    name = "hip"
    suffix = ".hip"
    types: ClassVar[dict[str, str]] = {"half": "__half", "bfloat16": "__hip_bfloat16"}
    headers: ClassVar[dict[str, str]] = {"half": "<hip/hip_fp16.h>", "bfloat16": "<hip/hip_bf16.h>"}
    base_headers: ClassVar[tuple[str, ...]] = ("<hip/hip_runtime.h>",)
    runtime: ClassVar[SimtRuntime] = SimtRuntime("hip")
    handlers: ClassVar[Handlers] = Handlers(
        {**SimtLanguage.handlers, **thread_ops.table("hip"), **lane_handlers("hip", 64), **_FRAGMENTS.handlers()}
    )

    def opaque_type(self, body: Body, mlir_type: ir.Type) -> CType:
        """Vector extension types, which the matrix builtins take and which have operators; fragments."""
        if not isinstance(mlir_type, ir.VectorType):
            return _FRAGMENTS.ctype(body, mlir_type) or super().opaque_type(body, mlir_type)
        kind = ir.VectorType(mlir_type)
        element, lanes = str(kind.element_type), list(kind.shape)
        if lanes == [1]:
            return scalar_type(kind.element_type)
        if element not in _VECTOR_ELEMENTS or len(lanes) != 1:
            return super().opaque_type(body, mlir_type)
        spelled = _VECTOR_ELEMENTS[element]
        name = f"{ {'_Float16': 'half'}.get(spelled, spelled) }x{lanes[0]}"
        body.file.define(name, f"typedef {spelled} {name} __attribute__((ext_vector_type({lanes[0]})));")
        return CType("vector", 0, name)

    def constant(self, body: Body, op: ir.Operation) -> Expr:
        """A constant vector: the zeros that one begins with, or lane by lane."""
        ctype = self.opaque_type(body, op.results[0].type)
        if ctype.kind == "vector" and all(number == 0 and copysign(1, number) > 0 for number in elements(op)):
            return Expr(f"{ctype.name}{{}}", ctype, POSTFIX, listed="{}")
        return super().constant(body, op)

    def packed(self, body: Body, values: tuple[Expr, ...], ctype: CType) -> Expr:
        """`floatx4{a, b, c, d}`."""
        listed = "{" + ", ".join(self.to_lane(v) for v in values) + "}"
        return Expr(ctype.name + listed, ctype, **merged(values), listed=listed)

    def has_vector_operators(self, ctype: CType) -> bool:
        """The extension types have all operators."""
        return True

    def to_lane(self, value: Expr) -> str:
        """A half as the element of a vector."""
        return f"(_Float16){value.text}" if value.ctype.name == "half" else value.text

    def from_lane(self, text: str, ctype: CType) -> str:
        """An element of a vector as a half."""
        return f"(__half){text}" if ctype.name == "half" else text


def _mfma(body: Body, op: ir.Operation) -> Expr:
    """`__builtin_amdgcn_mfma_f32_16x16x16f16(a, b, c, 0, 0, 0)`"""
    kind = ir.StringAttr(op.attributes["kind"]).value
    modes = [integer(ir.IntegerAttr(op.attributes[n]).value if n in op.attributes else 0, INT) for n in ("cbsz", "abid", "blgp")]
    operands = tuple(body.value(v) for v in op.operands)
    return call(f"__builtin_amdgcn_mfma_{kind}", (*operands, *modes), body.variable_type(op.results[0]))


HipLanguage.handlers["hip.mfma"] = _mfma
