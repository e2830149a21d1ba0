"""Schedules that somebody proposes are tried first, their gains are told back, and the search goes on when there are no more."""

from __future__ import annotations

from collections.abc import Sequence

from xpiler.options import TranslateOptions
from xpiler.propose.proposal import Judgement, Kind, Proposal
from xpiler.propose.proposer import Task
from xpiler.tune.builder import Candidate
from xpiler.tune.proposed import Proposed
from xpiler.tune.space import Point
from xpiler.verify.verdict import Verdict


class Scripted:
    """Proposes these texts in turn; keeps what it was told."""

    def __init__(self, *proposals: Proposal):
        self.proposals, self.told, self.concluded = list(proposals), [], False

    def propose(self, task: Task, history: Sequence[Judgement]) -> Proposal | None:
        self.told = list(history)
        return self.proposals.pop(0) if self.proposals else None

    def conclude(self, history: Sequence[Judgement]) -> None:
        self.told, self.concluded = list(history), True


class Own:
    """The search behind; it learns only of its own candidates."""

    def __init__(self) -> None:
        self.learnt: list[float] = []

    def propose(self) -> Candidate | None:
        return Candidate(Point(()), "its own")

    def learn(self, candidate: Candidate, gain: float) -> None:
        self.learnt.append(gain)


def lowered(points: Sequence[Point]) -> list[Candidate]:
    return [Candidate(p, "", refusal="it does not fit") if "4096" in p.schedule else Candidate(p, f"by {p.schedule}") for p in points]


def of(*texts: str | Proposal) -> tuple[Proposed, Scripted, Own]:
    proposals = [t if isinstance(t, Proposal) else Proposal(Kind.SCHEDULE, t, "m") for t in texts]
    proposer, own = Scripted(*proposals), Own()
    return Proposed(proposer, Task("k.cu", TranslateOptions(to="bang")), lowered, own), proposer, own


def test_proposals_come_first_and_the_search_follows() -> None:
    strategy, proposer, own = of("loop-split{loop=i factor=64}")
    first = strategy.propose()
    assert "factor=64" in first.point.schedule
    strategy.learn(first, 1.5)
    second = strategy.propose()
    assert second.text == "its own" and proposer.concluded
    strategy.learn(second, 1.0)
    assert own.learnt == [1.0]
    assert [(j.verdict, j.reason) for j in proposer.told] == [(Verdict.PROVED, "it is 1.50 times as fast as the rules' schedule")]


def test_every_filling_of_a_hole_is_a_candidate_and_the_best_is_told() -> None:
    strategy, proposer, _ = of('loop-split{loop=i factor=#xpiler.hole<"tile">}', "cse")
    gains = iter((0.5, 0.9, 0.7))
    seen = []
    while "cse" not in (candidate := strategy.propose()).point.schedule:
        seen.append(candidate.point.schedule)
        strategy.learn(candidate, next(gains, 0.1))
    assert len(seen) > 3 and len(set(seen)) == len(seen)
    assert proposer.told[0].reason == "it is 0.90 times as fast as the rules' schedule" and not proposer.told[0].accepted


def test_what_is_no_schedule_costs_its_turn() -> None:
    strategy, proposer, _ = of(Proposal(Kind.PROGRAM, "module {}", "m"), "print-ir", "loop-split{loop=i factor=4096}", "cse")
    assert strategy.propose().point.schedule == "cse"
    reasons = [j.reason for j in proposer.told]
    assert reasons[0] == "a search takes schedules only" and "may not name the pass" in reasons[1] and reasons[2] == "it does not fit"
