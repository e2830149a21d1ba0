"""Mending a refuted proposal or a person's file: search, confirm by the whole judgement, and say what changed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import XpilerError
from xpiler.platforms.names import OUTPUT_SUFFIX
from xpiler.propose import sizes
from xpiler.propose.judge import Subject, judge
from xpiler.propose.program import module_of
from xpiler.propose.proposal import Judgement, Kind
from xpiler.propose.sandbox import run_limited
from xpiler.propose.trial import Trial, cpu_seconds
from xpiler.repair.diagnosis import Diagnosis
from xpiler.repair.edit import Edit
from xpiler.repair.observation import Bench
from xpiler.repair.scaling import SMALL, Scale, piece_of, scaled, unscaled
from xpiler.repair.schedules import mended_schedule
from xpiler.repair.search import Search
from xpiler.verify.verdict import Answer, Verdict

SEARCH_SECONDS = 30.0
GRACE_SECONDS = 300.0  # of a clock, for compilers and a busy machine
# Elements for the search: enough for two rows, few enough for a run in a hundredth of a second.
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
    subject = Subject.of(trial.path, trial.options, trial.library)
    if trial.proposal.kind is Kind.SCHEDULE:
        return mended_schedule(subject, trial, refuted, seconds)
    if trial.proposal.kind is not Kind.PROGRAM:
        return None
    module = module_of(trial.proposal.text, subject.options.to, subject.module.context, verified=False)
    found = mended_program(subject, module, seconds)
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


def mended_program(subject: Subject, module: ir.Module, seconds: float, texts: Callable[[ir.Module], str] | None = None) -> Mended | None:
    """Changes that make `module` right, or None. The module has them when this returns."""
    emit = texts or emitted
    best: list[tuple[str, Answer]] = []

    def accept(_: tuple[Edit, ...]) -> bool:
        text = emit(module)
        answer = _judged(subject, text) if text else None
        if answer is None or answer.verdict is not Verdict.PROVED:
            return False
        best.append((text, answer))
        return True

    with module.context, ir.Location.unknown():
        search = Search(module, benches(subject), accept, seconds)
        edits = search.found() or _among_small_pieces(subject, module, accept, seconds)
        if not edits or not best:
            return None
        for edit in edits:
            edit.apply()
    diagnosis = search.diagnosis or Diagnosis("constants", "it differs at larger sizes only")
    return Mended(*best[-1], tuple(e.what for e in edits), diagnosis, search.runs)


def emitted(module: ir.Module) -> str:
    from xpiler import lowering

    try:
        return lowering.emit(module)
    except XpilerError:
        return ""


def _judged(subject: Subject, text: str) -> Answer | None:
    with tempfile.TemporaryDirectory(prefix="xpiler-repair-") as folder:
        output = Path(folder) / f"output{OUTPUT_SUFFIX[subject.options.to]}"
        output.write_text(text)
        try:
            return judge(subject, output)
        except XpilerError:
            return None


def benches(subject: Subject) -> list[Bench]:
    """The source's outcomes at a tiny row of sizes and at those of the proof; rows that the source does not take are left out."""
    names = subject.integers()
    tiny = next((dict(zip(names, row, strict=False)) for row in TINY if len(row) >= len(names)), {})
    benches = [b for b in (_bench(subject, row) for row in (tiny, *sizes.proof_rows(names))) if b is not None]
    return benches[:2]


def _bench(subject: Subject, row: dict[str, int]) -> Bench | None:
    try:
        return Bench(subject.module, row)
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
        if None not in real and _holds(real, accept):
            return real
    return None


def _holds(edits: tuple[Edit, ...], accept) -> bool:
    undos = [e.apply() for e in edits]
    try:
        return accept(edits)
    finally:
        for undo in reversed(undos):
            undo()
