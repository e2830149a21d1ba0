"""The answers a check can give: an enum, never a bool, and what goes with each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """From strongest to weakest; `NONE` when the user asked for no check."""

    PROVED = "proved"
    TESTED = "tested"
    TIMEOUT = "timeout"
    UNSUPPORTED = "unsupported"
    NONE = "none"
    REFUTED = "refuted"


@dataclass(frozen=True)
class Error:
    """The largest difference of a result from a float64 run of the source: in units in the last place of its type, and relative."""

    ulp: float
    relative: float

    def __str__(self) -> str:
        return f"largest error {self.ulp:.3g} ulp, {self.relative:.2g} relative"


@dataclass(frozen=True)
class Answer:
    """A verdict with its scope (all sizes, or the sizes it holds for), reason, and counterexample if refuted.

    `runs` counts the inputs on which both programs agreed; `side_conditions` says what holds of the target beside equality, `notes` which
    branches and loops the sizes of the scope do not exercise.
    """

    verdict: Verdict
    reason: str = ""
    scope: str = ""
    runs: int = 0
    largest_error: float = 0.0
    counterexample: str = ""
    assumptions: tuple[str, ...] = ()
    side_conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    error: Error | None = None
    is_for_all_sizes: bool = False  # proved for sizes that were not executed as well
    stumbles_over_source: bool = False  # it is the source that has a defect: nothing is said of the target

    def __str__(self) -> str:
        words = [self.verdict.value]
        if self.runs and self.verdict is Verdict.TESTED:
            words.append(f"on {self.runs} inputs")
        if self.scope:
            words.append(f"({self.scope})")
        if self.reason:
            words.append(f"- {self.reason}")
        return " ".join(words)
