"""Lowering and emission: `lower(module, target)` takes the shared form to a platform's form, `emit(module)` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.platforms.target import Target


def lower(module: ir.Module, target: Target, schedule: str | None = None, schedule_file: str = "") -> ir.Module:
    """The module in the platform form of `target`: its default schedule (or the one given), then the conversion. `module` is left as it
    is; `schedule_file` names the schedule's file in messages."""
    from xpiler.lowering.lowering import lower_module

    return lower_module(module, target, schedule, schedule_file)


def emit(module: ir.Module) -> str:
    """The source text of a module in platform form."""
    from xpiler.lowering.emission import emit_module

    return emit_module(module)


__all__ = ["emit", "lower"]
