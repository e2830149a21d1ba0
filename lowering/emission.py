"""From platform form to source text."""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.c_text.module_text import module_text
from xpiler.platforms.target import target_of


def language_of(platform: str) -> Language:
    """The target language of a platform; imported when first needed."""
    if platform == "cuda":
        from xpiler.lowering.cuda.language import CudaLanguage

        return CudaLanguage()
    if platform == "hip":
        from xpiler.lowering.hip.language import HipLanguage

        return HipLanguage()
    if platform == "bang":
        from xpiler.lowering.bang.language import BangLanguage

        return BangLanguage()
    from xpiler.lowering.vnni.language import VnniLanguage

    return VnniLanguage()


def emit_module(module: ir.Module) -> str:
    """The source text of a module in platform form, in the language its `xpiler.target` names."""
    target = target_of(module)
    if target is None:
        raise InvalidInput("the module names no platform to print for", hint='set xpiler.target = #xpiler.target<"cuda">')
    return module_text(module, language_of(target.platform))
