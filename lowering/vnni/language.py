"""C++ with AVX-512 and OpenMP as a target language."""

from __future__ import annotations

import struct
from typing import ClassVar

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.ctype import INTS, CType, scalar_type
from xpiler.lowering.c_text.dense import elements
from xpiler.lowering.c_text.expression import Expr, integer
from xpiler.lowering.c_text.floats import literal
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.vnni import vector_arithmetic, vector_conversions
from xpiler.lowering.vnni.atomic_ops import ATOMICS
from xpiler.lowering.vnni.dot_ops import DOTS
from xpiler.lowering.vnni.lanes_ops import set_lanes
from xpiler.lowering.vnni.registers import Lanes, is_mask, mask_type
from xpiler.lowering.vnni.runtime import HostRuntime
from xpiler.lowering.vnni.tile_ops import TILES
from xpiler.lowering.vnni.vector_ops import VECTORS


class VnniLanguage(Language):
    """g++ or clang++ with AVX-512; kernels are plain functions."""

    name = "vnni"
    suffix = ".cpp"
    vector_header: ClassVar[str | None] = "<immintrin.h>"
    types: ClassVar[dict[str, str]] = {"half": "_Float16", "bfloat16": "__bf16"}
    functions: ClassVar[dict[str, str]] = {"min": "std::min", "max": "std::max", **{f: f"std::{f}" for f in ("isnan", "isinf", "isfinite")}}
    headers: ClassVar[dict[str, str]] = {
        **Language.headers,
        "min": "<algorithm>",
        "max": "<algorithm>",
        "abs": "<cstdlib>",
        "llabs": "<cstdlib>",
    }
    unroll: ClassVar[str] = "#pragma GCC unroll {}"
    runtime: ClassVar[HostRuntime] = HostRuntime()
    has_run_time_arrays: ClassVar[bool] = True
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **ATOMICS, **VECTORS, **DOTS, **TILES})
    build_notes: ClassVar[list[str]] = ["Build: g++ -O3 -march=icelake-server -fopenmp"]

    def kernel_head(self, body: Body, op: ir.Operation, parameters: str) -> str:
        """`extern "C" void add(...)`."""
        return f'extern "C" void {ir.StringAttr(op.attributes["sym_name"]).value}({parameters})'

    # Vectors

    def is_absorbed(self, op: ir.Operation) -> bool:
        """The comparison of a max or min."""
        return op.name == "arith.cmpf" and scalar_type(op.operands[0].type) is None and vector_arithmetic.is_folded_comparison(op)

    def is_joined(self, op: ir.Operation, user: ir.Operation) -> bool:
        """A multiply-add under a mask that leaves its addend in the other lanes."""
        return vector_arithmetic.is_masked_fusion(op, user)

    def opaque_type(self, body: Body, mlir_type: ir.Type) -> CType:
        """Registers and masks."""
        if not isinstance(mlir_type, ir.VectorType):
            return super().opaque_type(body, mlir_type)
        body.file.include("<immintrin.h>")
        kind = ir.VectorType(mlir_type)
        if list(kind.shape) == [1]:
            return scalar_type(kind.element_type)
        return mask_type(kind.shape[0]) if is_mask(mlir_type) else Lanes.of(mlir_type).ctype

    def constant(self, body: Body, op: ir.Operation) -> Expr:
        """`_mm512_set1_ps(1.0f)`; a mask as its bits."""
        kind, numbers = op.results[0].type, elements(op)
        if is_mask(kind):
            bits = sum(int(bool(v)) << i for i, v in enumerate(numbers))
            return integer(bits, mask_type(len(numbers)))
        if len(numbers) == 1 and isinstance(ir.VectorType(kind).element_type, ir.IntegerType):  # the bits of a mask
            width = ir.VectorType(kind).element_type.width
            return integer(int(numbers[0]) & ((1 << width) - 1), mask_type(width))
        lanes = Lanes.of(kind)
        return set_lanes(body, lanes, [self._element(body, v, lanes) for v in numbers])

    def _element(self, body: Body, value: float | int, lanes: Lanes) -> Expr:
        """One number; a 16-bit float as its bits, since its register is an integer one."""
        if lanes.element == "f16":
            return integer(*struct.unpack("<h", struct.pack("<e", value)), INTS[16])
        if lanes.element == "bf16":
            return integer(struct.unpack("<i", struct.pack("<f", value))[0] >> 16, INTS[16])
        ctype = scalar_type(ir.Type.parse(lanes.element))
        return literal(body, value, ctype) if lanes.is_float or ctype.kind == "float" else integer(int(value), ctype)

    def vector_binary(self, body: Body, op: ir.Operation) -> Expr:
        """Lane-wise arithmetic."""
        return vector_arithmetic.binary(body, op)

    def vector_unary(self, body: Body, op: ir.Operation) -> Expr | None:
        """Negation, where it does not become part of a fused multiply-add."""
        return None if vector_arithmetic.is_folded_negation(op) else vector_arithmetic.negation(body, op)

    def vector_compare(self, body: Body, op: ir.Operation) -> Expr | None:
        """A mask, where it does not become part of a max or min."""
        return None if vector_arithmetic.is_folded_comparison(op) else vector_arithmetic.comparison(body, op)

    def vector_select(self, body: Body, op: ir.Operation) -> Expr:
        """A blend."""
        return vector_arithmetic.selection(body, op)

    def vector_convert(self, body: Body, op: ir.Operation) -> Expr:
        """A conversion of lanes."""
        return vector_conversions.conversion(body, op)

    def vector_math(self, body: Body, op: ir.Operation, function: str) -> Expr:
        """A function of registers."""
        return vector_arithmetic.function(body, op, function)
