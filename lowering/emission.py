"""From platform form to source text."""

from __future__ import annotations

from importlib import import_module

from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.lowering.c_text.language import Language
from xpiler.lowering.c_text.module_text import module_text
from xpiler.platforms.target import target_of

# platform -> module and class of its language
LANGUAGES = {
    "cuda": "xpiler.lowering.cuda.language:CudaLanguage",
    "hip": "xpiler.lowering.hip.language:HipLanguage",
    "bang": "xpiler.lowering.bang.language:BangLanguage",
    "vnni": "xpiler.lowering.vnni.language:VnniLanguage",
}


def language_of(platform: str) -> Language:
    """The target language of a platform; imported when first needed."""
    module, _, name = LANGUAGES[platform].partition(":")
    return getattr(import_module(module), name)()


def emit_module(module: ir.Module) -> str:
    """The source text of a module in platform form, in the language its `xpiler.target` names."""
    target = target_of(module)
    if target is None:
        raise InvalidInput("the module names no platform to print for", hint='set xpiler.target = #xpiler.target<"cuda">')
    return module_text(module, language_of(target.platform))
