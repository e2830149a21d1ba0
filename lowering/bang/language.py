"""BANG C as a target language."""

from __future__ import annotations

from typing import ClassVar

from mlir import ir

from xpiler.lowering.bang.builtin_ops import BUILTINS
from xpiler.lowering.bang.runtime import CnrtRuntime
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import BOOL, FLOAT, CType
from xpiler.lowering.c_text.expression import PRIMARY, Expr, call, infix
from xpiler.lowering.c_text.floats import literal
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language

_RESERVED = (
    """taskId taskIdX taskIdY taskIdZ taskDim taskDimX taskDimY taskDimZ coreId coreDim clusterId clusterDim GDRAM2NRAM NRAM2GDRAM dim"""
)


class BangLanguage(Language):
    """cncc."""

    name = "bang"
    suffix = ".mlu"
    types: ClassVar[dict[str, str]] = {"half": "half", "bfloat16": "bfloat16_t"}
    headers: ClassVar[dict[str, str]] = {}
    base_headers: ClassVar[tuple[str, ...]] = ("<bang.h>", "<cnrt.h>")
    integer_header: ClassVar[str | None] = None
    reserved: ClassVar[frozenset[str]] = frozenset(_RESERVED.split())
    spaces: ClassVar[dict[str, str]] = {"nram": "__nram__ ", "wram": "__wram__ ", "sram": "__mlu_shared__ ", "ldram": "__ldram__ "}
    library_qualifier: ClassVar[str] = "static __mlu_func__"
    restrict: ClassVar[str] = "__restrict__"
    unused: ClassVar[str] = ""  # an attribute that cncc may not know
    runtime: ClassVar[CnrtRuntime] = CnrtRuntime()
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **BUILTINS})

    def kernel_head(self, body: Body, op: ir.Operation, parameters: str) -> str:
        """`extern "C" __mlu_global__ void add(...)`."""
        return f'extern "C" __mlu_global__ void {ir.StringAttr(op.attributes["sym_name"]).value}({parameters})'

    def global_qualifier(self, constant: bool) -> str:
        """File-scope arrays live on the device."""
        return "__mlu_const__ " if constant else "__mlu_device__ "

    def explicit_cast(self, body: Body, expr: Expr, ctype: CType) -> Expr:
        """half has functions of its own, rounding to nearest even."""
        body.spell(ctype)
        if ctype.name == "half":
            single = expr if expr.ctype.bits == 32 else super().explicit_cast(body, expr, FLOAT)
            return call("__float2half_rn", (single,), ctype)
        if expr.ctype.name == "half":
            wide = call("__half2float", (expr,), FLOAT)
            return wide if ctype.bits == 32 else super().explicit_cast(body, wide, ctype)
        return super().explicit_cast(body, expr, ctype)

    def widens_by_itself(self, ctype: CType) -> bool:
        """Conversions of 16-bit floats are written."""
        return ctype.bits != 16

    def classify(self, body: Body, function: str, expr: Expr) -> Expr:
        """BANG C has none of these functions: only NaN differs from itself, only infinity is as large."""
        number = self.as_c_float(body, expr)
        if function != "isnan":
            magnitude = self.math_function(body, "fabs", (number,), FLOAT)
            return infix("==" if function == "isinf" else "<", magnitude, literal(body, float("inf"), FLOAT), BOOL, 0, 1)
        if number.rank < PRIMARY:
            return call(body.file.use("is_nan"), (number,), BOOL, low=0, high=1)
        return infix("!=", number, number, BOOL, 0, 1)

    def alignment(self, op: ir.Operation) -> str:
        """The compiler aligns on-chip arrays."""
        return ""

    def pointee(self, body: Body, space: str) -> str:
        """Pointers into on-chip memory carry its qualifier."""
        return self.spaces.get(space, "")
