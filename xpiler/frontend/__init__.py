"""Reading CUDA C, HIP, BANG C and C with AVX-512 into platform form (docs/ir.md, section 1)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from xpiler.diagnostics import InvalidInput
from xpiler.frontend.options import ReadOptions

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.frontend.language import Language

# platform -> module that has its Language as LANGUAGE
PLUGINS = {
    "cuda": "xpiler.frontend.simt.cuda",
    "hip": "xpiler.frontend.simt.hip",
    "bang": "xpiler.frontend.bang",
    "vnni": "xpiler.frontend.vnni",
}


def language_of(platform: str) -> Language:
    """The language of a platform. Raises InvalidInput for a name that is none."""
    if platform not in PLUGINS:
        raise InvalidInput(f"unknown platform '{platform}'", hint=f"expected one of {', '.join(PLUGINS)}")
    return import_module(PLUGINS[platform]).LANGUAGE


def read(source: Path | str, platform: str, options: ReadOptions | None = None, context: ir.Context | None = None) -> ir.Module:
    """Reads a source file, a path or its text, into platform form.

    Raises InvalidInput where the source is wrong and Unsupported where Xpiler cannot take it, both located.
    """
    from xpiler.frontend.reading import read as read_with

    return read_with(source, language_of(platform), options or ReadOptions(), context or _context())


def _context() -> ir.Context:
    from xpiler import dialects

    return dialects.context()


__all__ = ["PLUGINS", "ReadOptions", "language_of", "read"]
