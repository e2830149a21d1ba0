"""CUDA C++ as a target language."""

from __future__ import annotations

from typing import ClassVar

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import CType, scalar_type
from xpiler.lowering.c_text.expression import Expr, call
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.simt import thread_ops
from xpiler.lowering.simt.fragment_ops import Fragments
from xpiler.lowering.simt.lane_ops import lane_handlers
from xpiler.lowering.simt.language import SimtLanguage
from xpiler.lowering.simt.runtime import SimtRuntime

_FRAGMENTS = Fragments("cuda", "wmma", "<mma.h>", "using namespace nvcuda;")
_VECTOR_ELEMENTS = {"f32": "float", "f64": "double", "i32": "int", "i16": "short", "i8": "char", "i64": "longlong"}


class CudaLanguage(SimtLanguage):
    """nvcc."""

    name = "cuda"
    suffix = ".cu"
    types: ClassVar[dict[str, str]] = {"half": "half", "bfloat16": "__nv_bfloat16"}
    headers: ClassVar[dict[str, str]] = {"half": "<cuda_fp16.h>", "bfloat16": "<cuda_bf16.h>"}
    base_headers: ClassVar[tuple[str, ...]] = ("<cuda_runtime.h>",)
    runtime: ClassVar[SimtRuntime] = SimtRuntime("cuda")
    handlers: ClassVar[Handlers] = Handlers(
        {**SimtLanguage.handlers, **thread_ops.table("cuda"), **lane_handlers("cuda", 32), **_FRAGMENTS.handlers()}
    )

    def opaque_type(self, body: Body, mlir_type: ir.Type) -> CType:
        """`float4` and its kin, `half2`; fragments."""
        if not isinstance(mlir_type, ir.VectorType):
            return _FRAGMENTS.ctype(body, mlir_type) or super().opaque_type(body, mlir_type)
        kind = ir.VectorType(mlir_type)
        element, lanes = str(kind.element_type), list(kind.shape)
        if lanes == [1]:
            return scalar_type(kind.element_type)
        if element in ("f16", "bf16") and lanes == [2]:
            body.spell(scalar_type(kind.element_type))
            return CType("vector", 32, "half2" if element == "f16" else "__nv_bfloat162")
        if len(lanes) == 1 and lanes[0] > 4 and lanes[0] * getattr(kind.element_type, "width", 0) == 128:
            return CType("vector", 128, "uint4")  # of which only copies are written
        if element not in _VECTOR_ELEMENTS or len(lanes) != 1 or not 2 <= lanes[0] <= 4:
            return super().opaque_type(body, mlir_type)
        return CType("vector", 32 * lanes[0], f"{_VECTOR_ELEMENTS[element]}{lanes[0]}")

    def packed(self, body: Body, values: tuple[Expr, ...], ctype: CType) -> Expr:
        """`make_float4(a, b, c, d)`, `__halves2half2(a, b)`."""
        function = {"half2": "__halves2half2", "__nv_bfloat162": "__halves2bfloat162"}.get(ctype.name, f"make_{ctype.name}")
        return call(function, values, ctype)

    def has_vector_operators(self, ctype: CType) -> bool:
        """half2 has operators, float4 has none."""
        return ctype.name in ("half2", "__nv_bfloat162")
