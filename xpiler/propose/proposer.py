"""The one interface of all proposers, and the deterministic one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from xpiler.options import TranslateOptions
from xpiler.propose.proposal import Judgement, Kind, Proposal


@dataclass(frozen=True)
class Task:
    """What a proposal is asked for: a source file and where it shall go.

    `shared` is the kernel in shared form as text, `default_schedule` the pipeline of the target's rules; both may be
    empty where the source could not be brought so far.
    """

    path: str
    options: TranslateOptions
    shared: str = ""
    default_schedule: str = ""


class Proposer(Protocol):
    """Suggests one proposal after another."""

    def propose(self, task: Task, history: Sequence[Judgement]) -> Proposal | None:
        """The next proposal, in view of what became of earlier ones; None when there are no more."""

    def conclude(self, history: Sequence[Judgement]) -> None:
        """Told once, at the end, what became of everything."""


class RuleProposer:
    """The default: the target's own schedule, once. It needs no model and no network."""

    def propose(self, task: Task, history: Sequence[Judgement]) -> Proposal | None:
        from xpiler.lowering.schedule import default_schedule
        from xpiler.platforms.names import DEFAULT_ARCH
        from xpiler.platforms.target import Target

        if any(j.proposal.origin == "rule" for j in history):
            return None
        target = Target(task.options.to, task.options.target_arch or DEFAULT_ARCH[task.options.to])
        return Proposal(Kind.SCHEDULE, default_schedule(target))

    def conclude(self, history: Sequence[Judgement]) -> None:
        """Rules keep no record."""
