"""Xpiler's passes in the pass manager of another compiler, in that compiler's own context.

    xpiler.register_dialects(ctx)
    manager = PassManager("builtin.module", ctx)
    manager.add("one-shot-bufferize{bufferize-function-boundaries=1}")
    embedding.add_pipeline(manager, "normalize,loop-split{loop=i factor=16}")
    embedding.add_xpile(manager, "bang")
    manager.run(module.operation)

What a pass of ours refuses is an error of MLIR at the operation: `run` raises `MLIRError` with the diagnostics, as for
upstream's passes. Handles to operations inside the module are void after a pass of ours, as after any that rewrites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.diagnostics import Diagnostic, XpilerError
from xpiler.pipeline import Pipeline, Stage

if TYPE_CHECKING:
    from xpiler.passes import Pass
    from xpiler.verify.verdict import Answer

__all__ = ["add_pass", "add_pipeline", "add_xpile", "check", "load_upstream"]

# Dialects must be loaded before a pass manager runs; these are what our passes and lowerings create.
UPSTREAM = ("affine", "arith", "cf", "func", "linalg", "math", "memref", "scf", "ub", "vector")


def load_upstream(ctx: ir.Context) -> None:
    """Loads the upstream dialects that our passes create."""
    for name in UPSTREAM:
        ctx.get_dialect_descriptor(name)


def add_pass(manager: PassManager, step: Pass) -> None:
    """Adds one pass of ours to a manager of `builtin.module`."""
    _add_stage(manager, Stage("builtin.module", step))


def add_pipeline(manager: PassManager, text: str) -> None:
    """Adds every stage of pipeline text, ours and upstream's, to a manager of `builtin.module`.

    Raises PassFailed where the text is no pipeline.
    """
    for stage in Pipeline.parse(text).stages:
        if isinstance(stage.step, str):
            manager.add(str(stage))
        else:
            _add_stage(manager, stage)


def add_xpile(manager: PassManager, to: str, arch: str = "", source: Callable[[str], object] | None = None) -> None:
    """Adds the translation of the whole module to a platform, or to "shared" or "upstream".

    `source`, where given, is called with the platform's source text.
    """
    from xpiler.tools.xpile import emit, replace, xpile

    def run(op: ir.Operation) -> None:
        module = op.opview
        result = xpile(module, to, arch)
        if source is not None:
            source(emit(result))
        replace(module, result)

    _add(manager, f"xpile{{to={to}}}", run)


def check(module: ir.Module, text: str, platform: str, arch: str = "", **limits: Any) -> Answer:
    """The verdict on a platform's text as a translation of a module: by proof, else by runs.

    `limits` are `sizes`, a number for each integer parameter, and `seconds`, what the proof may take (60).
    Raises XpilerError where module or text cannot be read.
    """
    from xpiler.upstream import verdict

    return verdict.check(module, text, platform, arch, **limits)


def _add_stage(manager: PassManager, stage: Stage) -> None:
    _add(manager, str(stage), lambda op: Pipeline((stage,)).run(op))


def _add(manager: PassManager, name: str, work: Callable[[ir.Operation], None]) -> None:
    def run(op: ir.Operation, this: Any) -> None:
        if not op.context.is_registered_operation("xpiler.extent"):
            op.location.emit_error("the context does not know Xpiler's dialects: call xpiler.register_dialects(context) first")
            this.signal_pass_failure()
            return
        try:
            with op.context, ir.Location.unknown():
                work(op)
        except XpilerError as error:
            for diagnostic in error.diagnostics:
                _report(op, diagnostic)
            this.signal_pass_failure()

    manager.add(run, name=name, argument=name)


def _report(op: ir.Operation, diagnostic: Diagnostic) -> None:
    """The diagnostic as MLIR's, at its place in the user's file."""
    hint = f"\n  hint: {diagnostic.hint}" if diagnostic.hint else ""
    word = "" if diagnostic.severity == "error" else f"{diagnostic.severity}: "
    place = diagnostic.place
    location = ir.Location.file(place.file, place.line, place.column, context=op.context) if place else op.location
    location.emit_error(f"{word}{diagnostic.message}{hint}")
