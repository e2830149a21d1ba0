"""The report of a translation as one JSON object, its keys fixed for the tools that read it."""

from __future__ import annotations

from xpiler.translation import Translation


def as_json(result: Translation) -> dict:
    """Keys: source, target, kernel, verdict, reason, scope, assumptions, side_conditions, seconds, schedule, diagnostics."""
    return {
        "source": result.source,
        "target": result.target,
        "kernel": result.kernels[0] if len(result.kernels) == 1 else result.kernels,
        "verdict": result.answer.verdict.value,
        "reason": result.answer.reason,
        "scope": result.answer.scope,
        "runs": result.answer.runs,
        "largest_relative_error": result.answer.largest_error,
        "assumptions": list(result.answer.assumptions),
        "side_conditions": [],
        "seconds": result.seconds,
        "schedule": result.schedule,
        "diagnostics": [d.as_json() for d in result.diagnostics],
    }
