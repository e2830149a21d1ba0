"""The report of a translation as one JSON object, its keys fixed for the tools that read it."""

from __future__ import annotations

from xpiler.diagnostics import XpilerError
from xpiler.translation import Translation
from xpiler.verify.verdict import Answer


def as_json(result: Translation) -> dict:
    """Keys: source, target, kernel, those of the verdict (see `answer_as_json`), seconds, schedule with its reason, diagnostics."""
    return {
        "source": result.source,
        "target": result.target,
        "kernel": result.kernels[0] if len(result.kernels) == 1 else result.kernels,
        **answer_as_json(result.answer),
        "seconds": result.seconds,
        "schedule": result.schedule,
        "schedule_reason": result.schedule_reason,
        "diagnostics": [d.as_json() for d in result.diagnostics],
    }


def answer_as_json(answer: Answer) -> dict:
    """Keys: verdict, reason, scope, runs, assumptions, side_conditions, notes, counterexample, and the errors that were measured.

    `largest_relative_error` is against the source's own run, the others against a float64 run of the source (null where there is none).
    """
    return {
        "verdict": answer.verdict.value,
        "reason": answer.reason,
        "scope": answer.scope,
        "runs": answer.runs,
        "largest_relative_error": answer.largest_error,
        "largest_ulp_error_float64": answer.error.ulp if answer.error else None,
        "largest_relative_error_float64": answer.error.relative if answer.error else None,
        "assumptions": list(answer.assumptions),
        "side_conditions": list(answer.side_conditions),
        "notes": list(answer.notes),
        "counterexample": answer.counterexample,
    }


def failure_as_json(source: str, target: str, error: XpilerError) -> dict:
    """The report of a translation that was refused: no verdict, and what was wrong."""
    return {
        "source": source,
        "target": target,
        "kernel": "",
        "verdict": "none",
        "reason": error.diagnostics[0].message,
        "diagnostics": [d.as_json() for d in error.diagnostics],
    }
