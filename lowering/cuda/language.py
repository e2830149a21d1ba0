"""CUDA C++ as a target language."""

from __future__ import annotations

from typing import ClassVar

from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.simt import thread_ops
from xpiler.lowering.simt.language import SimtLanguage
from xpiler.lowering.simt.runtime import SimtRuntime


class CudaLanguage(SimtLanguage):
    """nvcc."""

    name = "cuda"
    suffix = ".cu"
    types: ClassVar[dict[str, str]] = {"half": "half", "bfloat16": "__nv_bfloat16"}
    headers: ClassVar[dict[str, str]] = {"half": "<cuda_fp16.h>", "bfloat16": "<cuda_bf16.h>"}
    base_headers: ClassVar[tuple[str, ...]] = ("<cuda_runtime.h>",)
    runtime: ClassVar[SimtRuntime] = SimtRuntime("cuda")
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **thread_ops.table("cuda")})
