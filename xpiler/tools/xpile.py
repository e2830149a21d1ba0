"""From MLIR of any level to a platform's dialect, and to its text: what `xpiler-opt --xpile-to` does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xpiler.diagnostics import InvalidInput

if TYPE_CHECKING:
    from mlir import ir


Compare = Callable[[str, "ir.Module", "ir.Module"], None]


def xpile(module: ir.Module, platform: str, arch: str = "", compare: Compare = lambda what, before, after: None) -> ir.Module:
    """The module in a platform's form, in "shared" form, or as plain "upstream" IR; it may itself be of any of these levels.

    `compare` is shown the module before and after raising and lowering.
    Raises XpilerError where reading, raising or lowering refuses.
    """
    from xpiler import lowering, raising
    from xpiler.platforms.names import DEFAULT_ARCH
    from xpiler.platforms.target import Target, target_of
    from xpiler.tools.upstream_form import to_upstream
    from xpiler.upstream import from_upstream

    if target_of(module) is None:
        module = from_upstream(module)
    shared = raising.raise_module(module)
    compare("raising", module, shared)
    if platform == "shared":
        return shared
    if platform == "upstream":
        return to_upstream(shared)
    lowered = lowering.lower(shared, Target(platform, arch or DEFAULT_ARCH[platform]))
    compare("lowering", shared, lowered)
    return lowered


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


def replace(module: ir.Module, result: ir.Module) -> None:
    """Puts the content of `result` in the place of the content of `module`, which stays the same object for its holder."""
    from mlir import ir

    for op in reversed(list(module.body.operations)):
        op.operation.erase()
    attributes = module.operation.attributes
    for name in list(attributes):
        del attributes[name]
    for name in result.operation.attributes:
        attributes[name] = result.operation.attributes[name]
    for op in list(result.body.operations):
        op.operation.clone(ip=ir.InsertionPoint(module.body))
