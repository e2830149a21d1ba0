"""Trying one mutant: what runs say of it, and what the validator says."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mutation.inputs import Case, cases_of
from mutation.population import Mutant, Subject, text_of

if TYPE_CHECKING:
    from xpiler.verify.proving import Proved

SECONDS = 30.0  # for one proof
RUN_SECONDS = 20.0
FIRST = 8  # cases that are run before the others, on small sizes
TIGHT = 4  # bytes: arrays end at a guard page, so that a read beyond is seen


@dataclass(frozen=True)
class Outcome:
    """What came of a mutant. `alarm` where a proof and a run at the same sizes contradict each other."""

    name: str
    verdict: str  # proved, refuted, tested, timeout, unsupported, or stillborn: no program at all
    reason: str
    witness: str = ""
    runs: int = 0
    alarm: bool = False
    seconds: float = 0.0  # of processor time, its part of what the original took included


class Original:
    """A right kernel: read, built and run once for all of its mutants."""

    def __init__(self, subject: Subject, seed: int, folder: Path):
        from corpus import EVERY

        self.subject, self.folder = subject, folder
        self.operator = EVERY[subject.operator]
        self.cases = cases_of(self.operator, seed)

    @cached_property
    def expected(self) -> list[tuple[Case, tuple[np.ndarray, ...]]]:
        """What it computes, at the sizes that it takes."""
        results = self.run(self.built(Path(self.subject.path), "original"), self.cases)
        return [(case, r.arrays) for case, r in zip(self.cases, results, strict=True) if r.ok]

    def built(self, text: Path, name: str) -> Path:
        """A library of a text."""
        from xpiler.execution.build import build
        from xpiler.platforms.names import DEFAULT_ARCH

        return build(text, self.subject.platform, self.folder / f"{name}.so", arch=DEFAULT_ARCH[self.subject.platform]).library

    def run(self, library: Path, cases: list[Case]) -> list:
        """Runs a library on cases."""
        from xpiler.execution.process import run

        calls = [c.arguments for c in cases]
        return run(library, f"{self.operator.name}_kernel", calls, timeout_s=RUN_SECONDS, alignment=TIGHT)


def judged(mutants: list[Mutant], seed: int, prove_all: bool) -> list[Outcome]:
    """The outcomes of the mutants of one kernel."""
    with tempfile.TemporaryDirectory(prefix="xpiler-mutants-") as folder:
        start = _processor_seconds()
        original = Original(mutants[0].subject, seed, Path(folder))
        outcomes = [_judged(original, mutant, prove_all) for mutant in mutants]
        each = (_processor_seconds() - start) / len(mutants)
    return [replace(outcome, seconds=round(each, 2)) for outcome in outcomes]


def _processor_seconds() -> float:
    """Of this process and of the children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _judged(original: Original, mutant: Mutant, prove_all: bool) -> Outcome:
    """Runs first: most mutants differ at once. With `prove_all` the validator is asked about those as well."""
    from xpiler.diagnostics import InvalidInput, ToolMissing

    path = original.folder / f"mutant{Path(mutant.subject.path).suffix}"
    path.write_bytes(text_of(mutant))
    try:
        sizes, witness, runs = _run(original, original.built(path, "mutant"))
        if witness and not prove_all:
            return Outcome(mutant.name, "refuted", "", witness, runs)
        proof = _proof(original, path)
    except (InvalidInput, ToolMissing) as error:
        return Outcome(mutant.name, "stillborn", str(error))
    except Exception as error:  # the validator is wrong, and the run goes on
        return Outcome(mutant.name, "unsupported", f"crash of the validator: {type(error).__name__}: {error}")
    return _weighed(mutant.name, proof, sizes, witness, runs)


def _run(original: Original, library: Path) -> tuple[dict[str, int], str, int]:
    """The first case that shows a difference: its sizes, what differs, and how many cases ran."""
    expected = original.expected
    for part in (expected[:FIRST], expected[FIRST:]):
        results = original.run(library, [case for case, _ in part])
        for (case, arrays), result in zip(part, results, strict=True):
            found = _difference(case, arrays, result)
            if found:
                return case.sizes, f"{case}: {found}", len(expected)
    return {}, "", len(expected)


def _difference(case: Case, arrays: tuple[np.ndarray, ...], result) -> str:
    from xpiler.verify.comparison import difference

    if not result.ok:
        return result.failure or str(result.findings[0].get("message"))
    found = (difference(name, e, a) for name, e, a in zip(case.arrays, arrays, result.arrays, strict=True))
    return next((str(f) for f in found if f), "")


def _proof(original: Original, path: Path) -> Proved:
    """What the stages of the validator come to, in a process that ends with its time. Raises InvalidInput where the text is wrong."""
    from xpiler.frontend import ReadOptions
    from xpiler.verify.programs import ProgramFile
    from xpiler.verify.proving import Spent, prove_files

    sides = (ProgramFile.of(str(p), original.subject.platform, ReadOptions()) for p in (original.subject.path, path))
    return prove_files(*sides, spent=Spent(SECONDS))


def _weighed(name: str, proof: Proved, sizes: dict[str, int], witness: str, runs: int) -> Outcome:
    answer, is_proved = proof.answer, proof.answer.verdict.value == "proved"
    if witness:
        return Outcome(name, "refuted", answer.reason, witness, runs, alarm=is_proved and _covers(proof, sizes))
    if is_proved:
        return Outcome(name, "proved", answer.scope, "", runs)
    return Outcome(name, "tested" if runs else answer.verdict.value, answer.reason, "", runs)


def _covers(proof: Proved, sizes: dict[str, int]) -> bool:
    """Whether a proof speaks of these sizes: its rows do, or it is one for all sizes."""
    from xpiler.verify.validator import scope_of

    rows = [row for row, _ in proof.rows]
    return sizes in rows or proof.answer.scope != scope_of(rows)
