"""From MLIR of any level to a platform's dialect, and to its text: what `xpiler-opt --xpile-to` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xpiler.diagnostics import InvalidInput
from xpiler.passes import place_of

if TYPE_CHECKING:
    from mlir import ir


def xpile(module: ir.Module, platform: str, arch: str = "") -> ir.Module:
    """The module in a platform's form (or "shared"), from platform form, shared form, or plain upstream IR.

    Raises XpilerError where raising or lowering refuses.
    """
    from xpiler import lowering, raising
    from xpiler.platforms.names import DEFAULT_ARCH
    from xpiler.platforms.target import Target, target_of

    source = target_of(module)
    if source is None:
        module = from_upstream(module)
    elif source.platform != "shared":
        module = raising.raise_module(module)
    if platform == "shared":
        return module
    return lowering.lower(module, Target(platform, arch or DEFAULT_ARCH[platform]))


def from_upstream(module: ir.Module) -> ir.Module:
    """Plain `linalg`, `scf` and `memref` functions as the shared form: every public function becomes a kernel."""
    from mlir import ir

    from xpiler.pipeline import run_upstream

    for op in module.body.operations:
        if op.operation.name.startswith("gpu."):
            raise InvalidInput(f"cannot read '{op.operation.name}' as a kernel", place_of(op.operation), "lower it to functions first")
    run_upstream("func.func(convert-linalg-to-loops,lower-affine)", module.operation)
    with module.context:
        module.operation.attributes["xpiler.target"] = ir.Attribute.parse('#xpiler.target<"shared">')
        for op in module.body.operations:
            if op.operation.name == "func.func" and not list(op.operation.results):
                op.operation.attributes["xpiler.kernel"] = ir.UnitAttr.get()
    return module


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
