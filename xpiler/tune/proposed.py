"""Schedules that somebody proposes (a language model) are tried before the search's own; how fast each was is told to who proposed it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

from xpiler.pipeline import Pipeline
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.propose.proposer import Proposer, Task
from xpiler.propose.sandbox import run_limited
from xpiler.propose.schedule_text import checked, fillings, parsed
from xpiler.tune.builder import Candidate
from xpiler.tune.space import Point
from xpiler.verify.verdict import Verdict

MOST_FILLINGS = 8  # of the holes of one proposal
SECONDS = 30.0


class Strategy(Protocol):
    """Which candidate to try next."""

    def propose(self) -> Candidate | None:
        """The next candidate; None where there is none."""

    def learn(self, candidate: Candidate, gain: float) -> None:
        """What a candidate gained over the default schedule; 0 where it failed."""


class Proposed:
    """A strategy in front of another. A proposal is a schedule; whatever else a proposer says costs it a turn."""

    def __init__(self, proposer: Proposer, task: Task, lower: Callable[[Sequence[Point]], list[Candidate]], then: Strategy):
        self._proposer, self._task, self._lower, self._then = proposer, task, lower, then
        self._waiting: deque[Candidate] = deque()
        self._open: dict[str, Proposal] = {}  # by the schedules of its candidates
        self._best: dict[Proposal, float] = {}
        self._history: list[Judgement] = []
        self._is_done = False

    def propose(self) -> Candidate | None:
        """The next filling of a proposal, the next proposal's first, or the other strategy's."""
        while not self._waiting and not self._is_done:
            self._conclude_last()
            proposal = self._proposer.propose(self._task, tuple(self._history))
            if proposal is None:
                self._is_done = True
                self._proposer.conclude(tuple(self._history))
            else:
                self._take(proposal)
        return self._waiting.popleft() if self._waiting else self._then.propose()

    def learn(self, candidate: Candidate, gain: float) -> None:
        """Keeps a gain for the proposer, or hands it to the other strategy."""
        proposal = self._open.get(candidate.point.schedule)
        if proposal is None:
            self._then.learn(candidate, gain)
        else:
            self._best[proposal] = max(self._best.get(proposal, 0.0), gain)

    def _take(self, proposal: Proposal) -> None:
        """The candidates of a proposal; what speaks against all of them goes into the history."""
        if proposal.kind is not Kind.SCHEDULE:
            self._refuse(proposal, "a search takes schedules only")
            return
        ended = run_limited(schedules, proposal.text, seconds=SECONDS)
        if ended.failure:
            self._refuse(proposal, ended.failure)
            return
        points = [Point(tuple(stage.step for stage in Pipeline.parse(text).stages)) for text in ended.value]
        candidates = self._lower(points)
        self._waiting.extend(c for c in candidates if c.text)
        self._open |= {c.point.schedule: proposal for c in candidates if c.text}
        if not self._waiting:
            self._refuse(proposal, candidates[-1].refusal or "it gives no text")

    def _refuse(self, proposal: Proposal, reason: str) -> None:
        self._history.append(Judgement(proposal, Verdict.UNSUPPORTED, reason))

    def _conclude_last(self) -> None:
        """What became of the proposal whose candidates have all been tried."""
        for proposal, gain in self._best.items():
            verdict = Verdict.PROVED if gain > 1.0 else Verdict.TESTED if gain else Verdict.UNSUPPORTED
            text = f"it is {gain:.2f} times as fast as the rules' schedule" if gain else "it fails, or gives other results"
            self._history.append(Judgement(proposal, verdict, text))
        self._best.clear()


def schedules(text: str) -> list[str]:
    """The pipelines that a proposal's holes give; in a child. Raises XpilerError where it is none, or names what it may not."""
    from itertools import islice

    from xpiler.dialects import context

    pipeline, choices = parsed(text, context())
    return [checked(filled) for filled in islice(fillings(pipeline, choices), MOST_FILLINGS)]
