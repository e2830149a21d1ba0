"""Trying one mutant: what runs say of it, and what the validator says."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from mutation.inputs import PROOFS, Case, cases_of, sizes_of
from mutation.population import Mutant, Subject, text_of

SECONDS = 20.0  # for one proof
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


class Original:
    """A right kernel: read, built and run once for all of its mutants."""

    def __init__(self, subject: Subject, seed: int, folder: Path):
        from corpus import OPERATORS

        self.subject, self.folder = subject, folder
        self.operator = OPERATORS[subject.operator]
        self.cases = cases_of(self.operator, seed)

    @cached_property
    def module(self):
        """The kernel in platform form."""
        from xpiler import frontend

        return frontend.read(Path(self.subject.path), self.subject.platform)

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
        original = Original(mutants[0].subject, seed, Path(folder))
        return [_judged(original, mutant, prove_all) for mutant in mutants]


def _judged(original: Original, mutant: Mutant, prove_all: bool) -> Outcome:
    """Runs first: most mutants differ at once. With `prove_all` the validator is asked about those as well."""
    from xpiler.diagnostics import InvalidInput, ToolMissing

    path = original.folder / f"mutant{Path(mutant.subject.path).suffix}"
    path.write_bytes(text_of(mutant))
    try:
        sizes, witness, runs = _run(original, original.built(path, "mutant"))
        if witness and not prove_all:
            return Outcome(mutant.name, "refuted", "", witness, runs)
        proofs = _proofs(original, path)
    except (InvalidInput, ToolMissing) as error:
        return Outcome(mutant.name, "stillborn", str(error))
    return _weighed(mutant.name, proofs, sizes, witness, runs)


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


def _proofs(original: Original, path: Path) -> list[tuple[dict[str, int], str, str]]:
    """Sizes, verdict and reason of each proof, as far as the first that fails. Raises InvalidInput where the text is wrong."""
    from xpiler import frontend
    from xpiler.diagnostics import Unsupported
    from xpiler.verify.validator import Limits, validate

    try:
        module = frontend.read(path, original.subject.platform)
    except Unsupported as error:
        return [({}, "unsupported", f"the front end: {error.diagnostics[0].message}")]
    found = []
    for sizes in sizes_of(original.operator)[:PROOFS]:
        answer = validate(original.module, module, sizes, limits=Limits(SECONDS))
        found.append((sizes, answer.verdict.value, answer.reason))
        if answer.verdict.value != "proved":
            break
    return found


def _weighed(name: str, proofs: list, sizes: dict[str, int], witness: str, runs: int) -> Outcome:
    proved_at = [s for s, verdict, _ in proofs if verdict == "proved"]
    reason = next((r for _, verdict, r in proofs if verdict != "proved"), "")
    if witness:
        return Outcome(name, "refuted", reason, witness, runs, alarm=sizes in proved_at)
    if len(proved_at) == len(proofs):
        return Outcome(name, "proved", "", "", runs)
    return Outcome(name, "tested" if runs else proofs[-1][1], reason, "", runs)
