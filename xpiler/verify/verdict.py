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
class Answer:
    """A verdict with its scope (all sizes, or the sizes that were run), reason, and counterexample if refuted."""

    verdict: Verdict
    reason: str = ""
    scope: str = ""
    runs: int = 0
    largest_error: float = 0.0
    counterexample: str = ""
    assumptions: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = [self.verdict.value]
        if self.runs:
            words.append(f"on {self.runs} inputs")
        if self.scope:
            words.append(f"({self.scope})")
        if self.reason:
            words.append(f"- {self.reason}")
        return " ".join(words)
