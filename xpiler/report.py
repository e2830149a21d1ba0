"""The report of a translation as one JSON object, its keys fixed for the tools that read it."""

from __future__ import annotations

from xpiler.diagnostics import Diagnostic
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
        "diagnostics": [_diagnostic(d) for d in result.diagnostics],
    }


def _diagnostic(diagnostic: Diagnostic) -> dict:
    place = diagnostic.place
    return {
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "column": place.column if place else 0,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }
