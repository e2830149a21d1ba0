"""How many threads a launcher starts: what a simulator's time goes with, whatever the arrays' sizes are."""

from __future__ import annotations

from math import prod

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.scalar_evaluator import ScalarEvaluator
from xpiler.raising.launcher_slice import launch_segment
from xpiler.verify.signature import Callable, data_positions, inside


def threads(function: Callable, sizes: dict[str, int]) -> int:
    """Threads of all launches at these sizes, each counted once; 0 where there are none, or the launcher does not tell."""
    placed = zip(data_positions(function.function), function.parameters, strict=False)
    evaluate = ScalarEvaluator({position: sizes[p.name] for position, p in placed if p.name in sizes})
    launches = [op for op in inside(function.function) if op.name == "xpiler.launch"]
    try:
        return sum(_threads(launch, evaluate) for launch in launches)
    except (Unsupported, ArithmeticError):
        return 0


def _threads(launch: ir.Operation, evaluate: ScalarEvaluator) -> int:
    return prod(int(evaluate(value)) for segment in ("grid", "block") for value in launch_segment(launch, segment))
