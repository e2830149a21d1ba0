"""What is proposed, and what became of it. Both are plain data: they cross processes and lie in logs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from xpiler.verify.verdict import Verdict


class Kind(Enum):
    """What the MLIR text of a proposal is."""

    SCHEDULE = "schedule"  # a pipeline of our passes, in `xpiler.schedule` or alone
    PATTERN = "pattern"  # PDL, or a pair @before/@after
    PROGRAM = "program"  # the kernel in the target's platform form


@dataclass(frozen=True)
class Proposal:
    """MLIR text from somewhere; nothing is believed of it."""

    kind: Kind
    text: str
    origin: str = "rule"
    version: str = ""  # of the prompt that asked for it


@dataclass(frozen=True)
class Judgement:
    """The verdict on a proposal, and the output text where it was accepted.

    `reason` says what was wrong in words that the proposer can use; `schedule` is the pipeline that gave the text, if one did.
    """

    proposal: Proposal
    verdict: Verdict = Verdict.NONE
    reason: str = ""
    counterexample: str = ""
    text: str = ""
    schedule: str = ""
    scope: str = ""
    repair: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0  # of the child that judged or mended, compilers included

    @property
    def accepted(self) -> bool:
        """Only what is proved counts, whoever proposed it."""
        return self.verdict is Verdict.PROVED
