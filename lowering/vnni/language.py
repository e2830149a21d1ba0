"""C++ with AVX-512 and OpenMP as a target language."""

from __future__ import annotations

from typing import ClassVar

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.vnni.atomic_ops import ATOMICS
from xpiler.lowering.vnni.runtime import HostRuntime


class VnniLanguage(Language):
    """g++ or clang++ with AVX-512; kernels are plain functions."""

    name = "vnni"
    suffix = ".cpp"
    types: ClassVar[dict[str, str]] = {"half": "_Float16", "bfloat16": "__bf16"}
    functions: ClassVar[dict[str, str]] = {"min": "std::min", "max": "std::max", "fmod": "std::fmod"}
    headers: ClassVar[dict[str, str]] = {**Language.headers, "min": "<algorithm>", "max": "<algorithm>", "abs": "<cstdlib>"}
    runtime: ClassVar[HostRuntime] = HostRuntime()
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **ATOMICS})
    build_notes: ClassVar[list[str]] = ["Build: g++ -O3 -march=icelake-server -fopenmp"]

    def kernel_head(self, body: Body, op: ir.Operation, parameters: str) -> str:
        """`extern "C" void add(...)`."""
        return f'extern "C" void {ir.StringAttr(op.attributes["sym_name"]).value}({parameters})'
