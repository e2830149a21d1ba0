"""The search: propose, build, measure, judge, record; until the budget is spent.

A candidate becomes the best only with a verdict: it is translated once more by its schedule, proved and run, and what is refuted
stays out. Everything is written to the database as it happens.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from xpiler.diagnostics import InvalidInput, Place, Unsupported
from xpiler.options import TranslateOptions
from xpiler.propose.campaign import task_of
from xpiler.propose.proposer import Proposer
from xpiler.propose.sandbox import run_limited
from xpiler.translation import Translation, translate_file
from xpiler.tune.builder import Builder, Candidate, operations_of
from xpiler.tune.database import Database
from xpiler.tune.peaks import peaks
from xpiler.tune.proposed import Proposed, Strategy
from xpiler.tune.runner import CpuRunner, CycleModelRunner, Runner
from xpiler.tune.search import RandomOrder, Ranking, TreeSearch
from xpiler.tune.space import Space
from xpiler.tune.subject import Subject

TARGETS = ("bang", "vnni")
VERDICT_SECONDS = 180.0


@dataclass(frozen=True)
class TuneOptions:
    """The search's own options; `trials` 0 is no limit but the budget."""

    budget_s: float = 300.0
    trials: int = 0
    strategy: str = "tree"
    seed: int = 0
    jobs: int = 1
    emulated: bool = False


@dataclass
class Outcome:
    """The best schedule with its translation and score; the score of the default; what was tried; the best score after each trial."""

    unit: str
    default: float = 0.0
    score: float = 0.0
    schedule: str = ""
    translation: Translation | None = None
    trials: int = 0
    refuted: int = 0
    states: dict[str, int] = field(default_factory=dict)
    curve: list[float] = field(default_factory=list)


def tune(
    path: str,
    options: TranslateOptions,
    sizes: dict[str, int],
    how: TuneOptions,
    database: Path,
    report: Callable[[str], None] = lambda line: None,
    proposer: Proposer | None = None,
) -> Outcome:
    """Searches for a fast schedule of one file; what a `proposer` suggests is tried first.

    Raises XpilerError where the source, the sizes, or the default schedule are at fault, or nothing here can measure.
    """
    if options.to not in TARGETS:
        raise InvalidInput(f"there is nothing to measure '{options.to}' with", Place(path), f"tune for {' or '.join(TARGETS)}")
    subject = Subject.of(path, options, sizes)
    with tempfile.TemporaryDirectory(prefix="xpiler-tune-") as folder:
        return _Search(subject, how, Path(folder), database, report, proposer).run()


class _Search:
    """One run of the tuner."""

    def __init__(
        self,
        subject: Subject,
        how: TuneOptions,
        folder: Path,
        database: Path,
        report: Callable[[str], None],
        proposer: Proposer | None = None,
    ):
        self._subject, self._how, self._folder, self._report = subject, how, folder, report
        self._proposer = proposer
        self._deadline = time.monotonic() + how.budget_s
        self._builder = Builder(subject, folder, how.jobs)
        self._space = Space(subject.target, subject.element_bytes)
        self._default = self._lower_default()
        self._space = replace(self._space, idle=self._idle())
        self._runner = self._make_runner()
        sizes = " ".join(f"{name}={size}" for name, size in subject.sizes.items())
        described = f"{Path(subject.path).name} to {subject.target.platform} {subject.target.arch} at {sizes} by {self._runner.measured_by}"
        self._database = Database(database, subject.key(self._runner.measured_by), described)
        self._outcome = Outcome(self._runner.unit)

    def run(self) -> Outcome:
        """Tries candidates until time or trials are spent; the default schedule comes first, with its verdict."""
        try:
            self._begin()
            strategy = self._strategy()
            while time.monotonic() < self._deadline and not self._enough():
                candidate = strategy.propose()
                if candidate is None:
                    break
                score = self._tried(candidate)
                strategy.learn(candidate, self._outcome.default / score if score else 0.0)
            return self._outcome
        finally:
            self._database.close()

    def _enough(self) -> bool:
        return bool(self._how.trials) and self._outcome.trials >= self._how.trials

    def _lower_default(self) -> Candidate:
        candidate = self._builder.lowered([self._space.default])[0]
        if candidate.refusal:
            raise Unsupported(f"the default schedule does not apply: {candidate.refusal}", Place(self._subject.path))
        return candidate

    def _idle(self) -> frozenset[str]:
        probes = [(name, point) for name, points in self._space.probes().items() for point in points]
        lowered = self._builder.lowered([point for _, point in probes])
        busy = {name for (name, _), candidate in zip(probes, lowered, strict=True) if candidate.text not in ("", self._default.text)}
        return frozenset(name for name, _ in probes if name not in busy)

    def _make_runner(self) -> Runner:
        if self._subject.target.platform == "bang":
            return CycleModelRunner(self._subject)
        built = self._built(self._default)
        reference = built.rename(self._folder / "reference.so")
        return CpuRunner(self._subject, reference, emulated=self._how.emulated)

    def _built(self, candidate: Candidate) -> Path:
        library = self._builder.built([candidate])[0]
        if isinstance(library, str):
            raise Unsupported(f"the output does not compile: {library}", Place(self._subject.path))
        return library

    def _begin(self) -> None:
        """Measures the default schedule anew, since what others are compared with must be of this run, and takes it as the best."""
        measured = self._runner.measure([self._built(self._default)])[0]
        if measured.score is None:
            raise Unsupported(f"the default schedule does not run: {measured.failure}", Place(self._subject.path))
        self._outcome.default = self._outcome.score = measured.score
        schedule = self._default.point.schedule
        if self._database.claim(schedule):
            self._database.finish(schedule, "measured", measured.score)
        if not self._accept(self._default, measured.score):
            raise Unsupported("the default schedule is refuted", Place(self._subject.path), "xpiler translate shows the counterexample")
        self._resume()

    def _resume(self) -> None:
        """Takes the best trial of earlier runs that a verdict does not speak against."""
        earlier = [t for t in self._database.trials() if t.state == "measured" and t.score is not None and t.verdict != "refuted"]
        for trial in sorted(earlier, key=lambda trial: trial.score or 0.0):
            if (trial.score or 0.0) >= self._outcome.score or self._accept_schedule(trial.schedule, trial.score or 0.0):
                return

    def _strategy(self) -> Strategy:
        own = self._own_strategy()
        if self._proposer is None:
            return own
        return Proposed(self._proposer, task_of(self._subject.path, self._subject.options), self._builder.lowered, own)

    def _own_strategy(self) -> TreeSearch | RandomOrder:
        chance = random.Random(self._how.seed)
        ranking = Ranking(self._space, self._builder.lowered, chance)
        ranking.saw(self._default.text)
        if self._how.strategy == "random":
            return RandomOrder(self._space, ranking, chance, self._builder.lowered)
        return TreeSearch(self._space, ranking, chance)

    def _tried(self, candidate: Candidate) -> float | None:
        """The score of a candidate: measured now, or found in the database; None where it has none."""
        schedule = candidate.point.schedule
        if not self._database.claim(schedule):
            known = self._database.find(schedule)
            return known.score if known else None
        self._outcome.trials += 1
        state, score, detail = self._measured(candidate)
        self._database.finish(schedule, state, score, detail)
        self._outcome.states[state] = self._outcome.states.get(state, 0) + 1
        if score is not None and score < self._outcome.score:
            self._accept(candidate, score)
        self._outcome.curve.append(self._outcome.score)
        return score

    def _measured(self, candidate: Candidate) -> tuple[str, float | None, str]:
        library = self._builder.built([candidate])[0]
        if isinstance(library, str):
            return "failed", None, library
        measured = self._runner.measure([library])[0]
        return ("measured", measured.score, "") if measured.score is not None else ("wrong", None, measured.failure)

    def _accept(self, candidate: Candidate, score: float) -> bool:
        return self._accept_schedule(candidate.point.schedule, score)

    def _accept_schedule(self, schedule: str, score: float) -> bool:
        """Asks for the verdict on a schedule; only what has one, and not `refuted`, becomes the best."""
        file = self._folder / "schedule.txt"
        file.write_text(schedule)
        options = replace(self._subject.options, schedule=file, verify="prove")
        ended = run_limited(translate_file, self._subject.path, options, seconds=VERDICT_SECONDS + options.seconds)
        if ended.failure:
            self._database.judge(schedule, "none", ended.failure)
            return False
        answer = ended.value.answer
        self._database.judge(schedule, answer.verdict.value, answer.scope or answer.reason)
        if answer.verdict.value == "refuted":
            self._outcome.refuted += 1
            return False
        self._outcome.score, self._outcome.schedule, self._outcome.translation = score, schedule, ended.value
        self._database.describe_best(self._described(answer.verdict.value, answer.scope or answer.reason))
        self._report(f"{self._outcome.trials} trials: {score:.6g} {self._outcome.unit} ({answer.verdict.value}): {schedule}")
        return True

    def _described(self, verdict: str, scope: str) -> dict:
        """What a page shows of the best schedule (xpiler.tune.page)."""
        subject, outcome = self._subject, self._outcome
        assert outcome.translation is not None
        operations = run_limited(operations_of, subject, outcome.schedule, seconds=VERDICT_SECONDS).value or 0.0
        return {
            "path": Path(subject.path).name,
            "source": subject.text,
            "target": f"{subject.target.platform} {subject.target.arch}",
            "output": outcome.translation.text,
            "schedule": outcome.schedule,
            "verdict": verdict,
            "scope": scope,
            "unit": outcome.unit,
            "default": outcome.default,
            "score": outcome.score,
            "time": self._runner.time(outcome.score),
            "operations": operations,
            "bytes": subject.bytes,
            "peaks": peaks(),
        }
