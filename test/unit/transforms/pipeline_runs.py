"""Runs pipelines on modules and compares what the kernels compute before and after."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from mlir import ir

from xpiler.dialects import context
from xpiler.execution.jit import run
from xpiler.pipeline import run_pipeline

SAMPLES = Path(__file__).parent / "samples"


def transformed(text: str, pipeline: str) -> tuple[ir.Module, ir.Module]:
    """The module as it is and after the pipeline; the context lives as long as they do."""
    ctx = context()
    ctx.emit_error_diagnostics = True
    with ctx, ir.Location.unknown():
        before, after = ir.Module.parse(text), ir.Module.parse(text)
        run_pipeline(pipeline, after)
    return before, after


def sample(name: str) -> str:
    """The text of a sample."""
    return (SAMPLES / f"{name}.mlir").read_text()


def floats(*shape: int, seed: int = 0) -> np.ndarray:
    """Random float32 numbers around zero."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def assert_same_results(before: ir.Module, after: ir.Module, name: str, inputs: list, outputs: list[np.ndarray]) -> None:
    """Runs both on copies of the same arguments, outputs last before the scalars, and compares every array."""
    arguments = [*inputs, *outputs]
    results = []
    for module in (before, after):
        copies = [a.copy() if isinstance(a, np.ndarray) else a for a in arguments]
        run(module, name, [c for c in copies if isinstance(c, np.ndarray)] + [c for c in copies if not isinstance(c, np.ndarray)])
        results.append([c for c in copies if isinstance(c, np.ndarray)])
    for ours, theirs in zip(*results, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5)


def count(module: ir.Module, operation: str) -> int:
    """How many operations of a name the module holds."""
    found = 0

    def visit(op: ir.Operation) -> ir.WalkResult:
        nonlocal found
        found += op.name == operation
        return ir.WalkResult.ADVANCE

    module.operation.walk(visit)
    return found
