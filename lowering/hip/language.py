"""HIP as a target language."""

from __future__ import annotations

from typing import ClassVar

from xpiler.lowering.c_text.handlers import Handlers
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.simt import thread_ops
from xpiler.lowering.simt.language import SimtLanguage
from xpiler.lowering.simt.runtime import SimtRuntime


class HipLanguage(SimtLanguage):
    """hipcc."""

    name = "hip"
    suffix = ".hip"
    types: ClassVar[dict[str, str]] = {"half": "__half", "bfloat16": "__hip_bfloat16"}
    headers: ClassVar[dict[str, str]] = {"half": "<hip/hip_fp16.h>", "bfloat16": "<hip/hip_bf16.h>"}
    base_headers: ClassVar[tuple[str, ...]] = ("<hip/hip_runtime.h>",)
    runtime: ClassVar[SimtRuntime] = SimtRuntime("hip")
    handlers: ClassVar[Handlers] = Handlers({**Language.handlers, **thread_ops.table("hip")})
