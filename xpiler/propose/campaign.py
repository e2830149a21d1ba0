"""A translation with proposers: the rules' output first, then whatever a proposer suggests that is proved."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from xpiler.options import TranslateOptions
from xpiler.propose.kept import Kept
from xpiler.propose.proposal import Judgement, Proposal
from xpiler.propose.proposer import Proposer, RuleProposer, Task
from xpiler.propose.sandbox import run_limited
from xpiler.propose.trial import Trial, attempt, described
from xpiler.verify.verdict import Verdict

Mend = Callable[[Trial, Judgement], Judgement]


@dataclass(frozen=True)
class CampaignLimits:
    """How many proposals are tried, and what one may take."""

    proposals: int = 8
    trial_seconds: float = 120.0


@dataclass
class Campaign:
    """Runs one proposer on one task. `floor` is what the rules give; it stands where nothing else is proved."""

    task: Task
    limits: CampaignLimits = CampaignLimits()
    mend: Mend | None = None
    kept: Kept | None = None  # a folder that goes away, where none is given
    judgements: list[Judgement] = field(default_factory=list)

    def run(self, proposer: Proposer) -> Judgement | None:
        """The first proposal that is accepted, or None. A proposer's failure never is the translation's."""
        with tempfile.TemporaryDirectory(prefix="xpiler-campaign-") as folder:
            for _ in range(self.limits.proposals):
                proposal = proposer.propose(self.task, tuple(self.judgements))
                if proposal is None:
                    break
                found = self._judged(proposal, self.kept or Kept(Path(folder)))
                self.judgements.append(found)
                if found.accepted:
                    proposer.conclude(tuple(self.judgements))
                    return found
        proposer.conclude(tuple(self.judgements))
        return None

    def _judged(self, proposal: Proposal, kept: Kept) -> Judgement:
        trial = Trial(self.task.path, self.task.options, proposal, kept)
        found = tried(trial, self.limits.trial_seconds)
        return self.mend(trial, found) if self.mend and not found.accepted else found


def tried(trial: Trial, seconds: float) -> Judgement:
    """The judgement on a proposal, made in the sandbox; what kills the child is a judgement as well."""
    ended = run_limited(attempt, trial, seconds=seconds)
    if ended.failure:
        verdict = Verdict.TIMEOUT if "did not finish" in ended.failure else Verdict.UNSUPPORTED
        return Judgement(trial.proposal, verdict, f"the proposal could not be judged: {ended.failure}")
    return ended.value


def task_of(path: str, options: TranslateOptions) -> Task:
    """The task of a file: its kernel in shared form as text, as far as it can be brought there."""
    ended = run_limited(described, path, options, seconds=60.0)
    shared = ended.value or ""
    floor = RuleProposer().propose(Task(path, options), ())
    return Task(path, options, shared, floor.text if floor else "")
