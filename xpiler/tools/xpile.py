"""From MLIR of any level to a platform's dialect, and to its text: what `xpiler-opt --xpile-to` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.diagnostics import InvalidInput

if TYPE_CHECKING:
    from mlir import ir


def xpile(module: ir.Module, platform: str, arch: str = "") -> ir.Module:
    """The module in a platform's form (or "shared"), from platform form, shared form, or plain upstream IR.

    Raises XpilerError where raising or lowering refuses.
    """
    from xpiler import lowering, raising
    from xpiler.platforms.names import DEFAULT_ARCH
    from xpiler.platforms.target import Target, target_of
    from xpiler.tools.upstream_kernels import from_upstream

    source = target_of(module)
    if source is None:
        module = from_upstream(module)
    elif source.platform != "shared":
        module = raising.raise_module(module)
    if platform == "shared":
        return module
    return lowering.lower(module, Target(platform, arch or DEFAULT_ARCH[platform]))


def emit(module: ir.Module) -> str:
    """The source text of a module in platform form.

    Raises InvalidInput for any other module.
    """
    from xpiler import lowering
    from xpiler.platforms.target import target_of

    target = target_of(module)
    if target is None or target.platform == "shared":
        raise InvalidInput("only a module of a platform has source text", hint="name the platform with --xpile-to")
    return lowering.emit(module)
