"""Mending a refuted proposal or a person's file: search, confirm by the whole judgement, and say what changed."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import PassFailed, Unsupported, XpilerError
from xpiler.platforms.names import OUTPUT_SUFFIX
from xpiler.propose import sizes
from xpiler.propose.judge import Examined, Subject, examine, judged_rules
from xpiler.propose.program import module_of
from xpiler.propose.proposal import Judgement, Kind
from xpiler.propose.sandbox import run_limited
from xpiler.propose.trial import Trial, cpu_seconds
from xpiler.repair.diagnosis import Diagnosis
from xpiler.repair.edit import Edit
from xpiler.repair.observation import Bench, Suspect, numbers
from xpiler.repair.parsing import parseable
from xpiler.repair.scaling import SMALL, Scale, piece_of, scaled, unscaled
from xpiler.repair.schedules import mended_schedule
from xpiler.repair.search import Search
from xpiler.verify.model.memory import Contents
from xpiler.verify.verdict import Answer, Verdict

SEARCH_SECONDS = 30.0
LEARNT_SECONDS = 4.0  # of a run at the sizes of a counterexample; what takes longer is no bench
PATIENCE = 2  # refusals of one kind before the rules' translation is asked about
GRACE_SECONDS = 300.0  # of a clock, for compilers and a busy machine
# Elements for the search: one row, as most runs are of it, then enough for two, few enough for a run in a hundredth of a second.
TINIEST = ((5,), (1, 5), (1, 5, 3), (1, 2, 5, 3), (1, 2, 2, 5, 3))
TINY = ((5,), (2, 5), (2, 5, 3), (2, 2, 5, 3), (2, 2, 2, 5, 3))


@dataclass
class Mended:
    """A program that is right now: its text, the verdict on it, and the changes."""

    text: str
    answer: Answer
    changes: tuple[str, ...]
    diagnosis: Diagnosis
    runs: int


def mend(trial: Trial, refuted: Judgement, seconds: float = SEARCH_SECONDS) -> Judgement:
    """The judgement on the mended proposal, or the one given where nothing was found in time. Works in the sandbox."""
    ended = run_limited(_mended, trial, refuted, seconds, seconds=seconds + GRACE_SECONDS)
    return ended.value if ended.value is not None else refuted


def _mended(trial: Trial, refuted: Judgement, seconds: float) -> Judgement | None:
    start = time.perf_counter()
    subject = Subject.of(trial.path, trial.options, trial.kept)
    if trial.proposal.kind is Kind.SCHEDULE:
        return mended_schedule(subject, trial, refuted, seconds)
    if trial.proposal.kind is not Kind.PROGRAM:
        return None
    found = _mended_text(subject, trial.proposal.text, seconds)
    if found is None:
        return None
    spent = round(time.perf_counter() - start, 3)
    scope = f"{found.answer.scope}; {found.answer.runs} runs around the programs' constants agree"
    return replace(
        refuted,
        verdict=found.answer.verdict,
        reason="",
        counterexample="",
        text=found.text,
        scope=scope,
        repair="; ".join(found.changes),
        seconds=spent,
        cpu_seconds=cpu_seconds(),
    )


def _mended_text(subject: Subject, text: str, seconds: float) -> Mended | None:
    """A text that does not parse may become one that does first. Raises PassFailed where it is no program at all."""
    source, platform = subject.module, subject.options.to
    try:
        return mended_program(subject, module_of(text, platform, source, verified=False), seconds)
    except PassFailed:
        texts = list(parseable(text, source.context))
        if not texts:
            raise
    for changed, what in texts:
        found = mended_program(subject, module_of(changed, platform, source, verified=False), seconds / len(texts))
        if found is not None:
            return replace(found, changes=(what, *found.changes))
    return None


def mended_program(subject: Subject, module: ir.Module, seconds: float, texts: Callable[[ir.Module], str] | None = None) -> Mended | None:
    """The text with changes that make it right, or None. The module is as before when this returns."""
    jury = _Jury(subject, module, texts or emitted)
    with module.context, ir.Location.unknown():
        search = Search(module, benches(subject), jury.accepts, seconds, learnt=jury.learnt)
        edits = search.found()
        if edits is None and search.diagnosis is None:  # right at small sizes: the judgement says where it is not
            if jury.accepts(()):
                return Mended(*jury.accepted[-1], (), Diagnosis("constants", "it is right"), search.runs)
            edits = search.found_by_runs() if not jury.learnt else None
            search.benches, search.symptom = list(jury.learnt), "strides"
            edits = edits or search.found()
        edits = edits or _among_small_pieces(subject, module, jury.accepts, seconds)
        if not edits or not jury.accepted:
            return None
    diagnosis = search.diagnosis or Diagnosis("constants", "it differs at larger sizes only")
    return Mended(*jury.accepted[-1], tuple(e.what for e in edits), diagnosis, search.runs)


@dataclass
class _Jury:
    """The whole judgement on a program that is right at the benches, each text once; what refutes it is learnt.

    Where texts are refused for what the rules' own translation is refused for too, no change helps: that is asked once several were.
    """

    subject: Subject
    module: ir.Module
    emit: Callable[[ir.Module], str]
    accepted: list[tuple[str, Answer]] = field(default_factory=list)
    learnt: list[Bench] = field(default_factory=list)
    _heard: set[str] = field(default_factory=set)
    _refusals: Counter[tuple] = field(default_factory=Counter)

    def accepts(self, _: tuple[Edit, ...]) -> bool:
        """Whether the module as it is now is proved. Raises Unsupported where no change can bring that about."""
        text = self.emit(self.module)
        if not text or text in self._heard:
            return False
        self._heard.add(text)
        found = _examined(self.subject, text)
        if found is None or found.answer.verdict is not Verdict.PROVED:
            self._learn(found.sizes if found else None)
            self._despair(found)
            return False
        self.accepted.append((text, found.answer))
        return True

    def _despair(self, found: Examined | None) -> None:
        if found is None:
            return
        if found.answer.stumbles_over_source:
            raise Unsupported(f"nothing is proved of the source: {found.answer.reason}")
        self._refusals[found.refusal] += 1
        if self._refusals[found.refusal] == PATIENCE and judged_rules(self.subject) == found.refusal:
            raise Unsupported(f"no change helps: what the rules write of the source is refused too: {found.answer.reason}")

    def _learn(self, sizes: dict[str, int] | None) -> None:
        """One more bench: at the largest of the sizes alone where that shows the fault too, else at all of them."""
        if not sizes or any(bench.sizes == sizes for bench in self.learnt):
            return
        largest = max(sizes, key=lambda name: sizes[name])
        for row in ({name: value if name == largest else 1 for name, value in sizes.items()}, sizes):
            start = time.process_time()
            bench = _bench(self.subject, row, LEARNT_SECONDS, numbers)
            if bench is None or bench.observe(Suspect(self.module)).right:
                continue
            if time.process_time() - start < 2 * LEARNT_SECONDS:
                self.learnt.append(bench)
            return


def emitted(module: ir.Module) -> str:
    from xpiler import lowering

    try:
        return lowering.emit(module)
    except XpilerError:
        return ""


def _examined(subject: Subject, text: str) -> Examined | None:
    with tempfile.TemporaryDirectory(prefix="xpiler-repair-") as folder:
        output = Path(folder) / f"output{OUTPUT_SUFFIX[subject.options.to]}"
        output.write_text(text)
        try:
            return examine(subject, output)
        except XpilerError:
            return None


def benches(subject: Subject) -> list[Bench]:
    """The source's outcomes at tiny rows of sizes and at one of the proof's; rows that the source does not take are left out."""
    names = subject.integers()
    tiny = [dict(zip(names, row, strict=False)) for table in (TINIEST, TINY) for row in table if len(row) == max(1, len(names))]
    rows = [row for k, row in enumerate(tiny) if row not in tiny[:k]]
    found = (b for b in (_bench(subject, row) for row in (*rows, *sizes.proof_rows(names))) if b is not None)
    return list(itertools.islice(found, len(rows) + 1))


def _bench(subject: Subject, row: dict[str, int], seconds: float = 4.0, contents: Contents | None = None) -> Bench | None:
    try:
        return Bench(subject.module, row, seconds, contents)
    except MemoryError:
        raise
    except Exception:  # of the model, on a program that may be wrong in any way: the row says nothing of it
        return None


def _among_small_pieces(subject: Subject, module: ir.Module, accept, seconds: float) -> tuple[Edit, ...] | None:
    """The search on the program with small pieces: for faults that show only where there are several."""
    piece = piece_of(module)
    if not piece:
        return None
    scale = Scale(piece)
    names = subject.integers()
    rows = ({n: v for n in names} for v in (2 * SMALL + 1, 2 * SMALL + 3, 17 * SMALL + 1, 17 * SMALL + 5))
    benches = [b for b in (_bench(subject, row) for row in rows) if b is not None]
    candidates: list[tuple[Edit, ...]] = []

    def keep(edits: tuple[Edit, ...]) -> bool:
        candidates.append(edits)
        return len(candidates) >= 4

    with scaled(module, scale):
        if benches:
            Search(module, benches, keep, seconds / 2, symptom="strides").found()
    for edits in candidates:
        real = tuple(unscaled(e, scale) for e in edits)
        if _holds(real, accept):
            return real
    return None


def _holds(edits: tuple[Edit, ...], accept) -> bool:
    undos = [e.apply() for e in edits]
    try:
        return accept(edits)
    finally:
        for undo in reversed(undos):
            undo()
