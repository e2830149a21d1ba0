"""Proof at several rows of sizes: the verdict's scope is the rows at which both texts were shown equal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import InvalidInput, Unsupported
from xpiler.verify.coverage import Coverage
from xpiler.verify.limits import Budget, OutOfSteps, OutOfTime
from xpiler.verify.model.side import Outcome
from xpiler.verify.validator import Attempt, Sizes, attempt, scope_of
from xpiler.verify.verdict import Answer, Verdict

# Steps of the executor: what one row may cost, and all rows after the first. Counted, not timed: the scope must be the same every time.
STEPS_OF_A_ROW = 1_000_000
STEPS_OF_ALL = 1_500_000

SIDE_CONDITIONS = (
    "no access of the output out of bounds",
    "no race between threads, tasks or parallel iterations of the output",
    "no barrier of the output that some thread misses",
    "no element of the output from uninitialised memory",
)


@dataclass(frozen=True)
class Proof:
    """What the proof came to, and the rows of sizes it was made at with the elements of every buffer there.

    `stumble` is the row at which the texts were not shown equal, where there is one; `executed` the first row, with what the source
    computes there.
    """

    answer: Answer
    rows: tuple[tuple[Sizes, dict[str, int]], ...] = ()
    stumble: Attempt | None = None
    executed: tuple[Sizes, Outcome] | None = None


def prove(source: ir.Module, target: ir.Module, rows: Iterable[Sizes], seconds: float) -> Proof:
    """Proves row after row; a row too long for its steps is left out, one that cannot be proved decides."""
    budget, coverage = Budget(seconds), Coverage((source, target))
    proved: list[Attempt] = []
    try:
        for sizes in rows:
            found = _attempted(source, target, sizes, budget, first=not proved)
            if found is None:
                continue
            if not found.is_proved:
                executed = _executed([*proved, found])
                return Proof(Answer(Verdict.UNSUPPORTED, found.reason, scope_of([sizes])), _rows(proved), found, executed)
            coverage.add(found.covered)
            proved.append(found)
            if coverage.is_complete or budget.steps > STEPS_OF_ALL:
                break
    except OutOfTime:
        if not proved:
            return Proof(Answer(Verdict.TIMEOUT, f"not decided within {seconds:g} seconds"))
    except (Unsupported, InvalidInput) as error:
        return Proof(Answer(Verdict.UNSUPPORTED, error.diagnostics[0].message))
    except RecursionError:
        if not proved:
            return Proof(Answer(Verdict.UNSUPPORTED, "terms too deep"))
    scope = scope_of([found.sizes for found in proved])
    answer = Answer(Verdict.PROVED, scope=scope, assumptions=_assumptions(proved), side_conditions=SIDE_CONDITIONS, notes=coverage.notes())
    return Proof(answer, _rows(proved), executed=_executed(proved))


def _executed(attempts: list[Attempt]) -> tuple[Sizes, Outcome] | None:
    first = attempts[0]
    return (first.sizes, first.source) if first.source is not None else None


def _attempted(source: ir.Module, target: ir.Module, sizes: Sizes, budget: Budget, *, first: bool) -> Attempt | None:
    """One row; None where it takes more steps than a row may (the first one may take all there are)."""
    budget.limit(None if first else STEPS_OF_A_ROW)
    try:
        return attempt(source, target, sizes, budget)
    except OutOfSteps:
        return None


def _rows(proved: list[Attempt]) -> tuple[tuple[Sizes, dict[str, int]], ...]:
    return tuple((found.sizes, found.extents or {}) for found in proved)


def _assumptions(proved: list[Attempt]) -> tuple[str, ...]:
    """The assumptions of all rows, each once."""
    return tuple(dict.fromkeys(text for found in proved for text in found.assumptions))
