"""Trying one mutant: what the validator says of it, and what runs say."""

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
        results = self.run(Path(self.subject.path), "original", self.cases)
        return [(case, r.arrays) for case, r in zip(self.cases, results, strict=True) if r.ok]

    def run(self, text: Path, name: str, cases: list[Case]) -> list:
        """Runs a text on cases."""
        from xpiler.execution.build import build
        from xpiler.execution.process import run
        from xpiler.platforms.names import DEFAULT_ARCH

        library = self.folder / f"{name}.so"
        built = build(text, self.subject.platform, library, arch=DEFAULT_ARCH[self.subject.platform])
        results = run(built.library, f"{self.operator.name}_kernel", [c.arguments for c in cases], timeout_s=RUN_SECONDS)
        library.unlink()
        return results


def judged(mutants: list[Mutant], seed: int) -> list[Outcome]:
    """The outcomes of the mutants of one kernel."""
    with tempfile.TemporaryDirectory(prefix="xpiler-mutants-") as folder:
        original = Original(mutants[0].subject, seed, Path(folder))
        return [_judged(original, mutant) for mutant in mutants]


def _judged(original: Original, mutant: Mutant) -> Outcome:
    from xpiler import frontend
    from xpiler.diagnostics import InvalidInput, ToolMissing, Unsupported

    path = original.folder / f"mutant{Path(mutant.subject.path).suffix}"
    path.write_bytes(text_of(mutant))
    try:
        module, refused = frontend.read(path, mutant.subject.platform), ""
    except InvalidInput as error:
        return Outcome(mutant.name, "stillborn", str(error))
    except Unsupported as error:
        module, refused = None, f"the front end: {error.diagnostics[0].message}"
    proofs = [] if module is None else _proofs(original, module)
    try:
        sizes, witness, runs = _run(original, path)
    except (InvalidInput, ToolMissing) as error:
        return Outcome(mutant.name, "stillborn", str(error))
    return _weighed(mutant.name, proofs, refused, sizes, witness, runs)


def _proofs(original: Original, module) -> list[tuple[dict[str, int], str, str]]:
    """Sizes, verdict and reason of each proof, as far as the first that fails."""
    from xpiler.verify.validator import Limits, validate

    found = []
    for sizes in sizes_of(original.operator)[:PROOFS]:
        answer = validate(original.module, module, sizes, limits=Limits(SECONDS))
        found.append((sizes, answer.verdict.value, answer.reason))
        if answer.verdict.value != "proved":
            break
    return found


def _run(original: Original, path: Path) -> tuple[dict[str, int], str, int]:
    """The first case that shows a difference: its sizes, what differs, and how many cases ran."""
    from xpiler.verify.comparison import difference

    cases = [case for case, _ in original.expected]
    results = original.run(path, "mutant", cases)
    for (case, arrays), result in zip(original.expected, results, strict=True):
        if not result.ok:
            found = result.failure or str(result.findings[0].get("message"))
            return case.sizes, f"{case}: {found}", len(cases)
        for name, e, a in zip(case.arrays, arrays, result.arrays, strict=True):
            found = difference(name, e, a)
            if found:
                return case.sizes, f"{case}: {found}", len(cases)
    return {}, "", len(cases)


def _weighed(name: str, proofs: list, refused: str, sizes: dict[str, int], witness: str, runs: int) -> Outcome:
    proved_at = [s for s, verdict, _ in proofs if verdict == "proved"]
    reason = next((r for _, verdict, r in proofs if verdict != "proved"), refused)
    if witness:
        return Outcome(name, "refuted", reason, witness, runs, alarm=sizes in proved_at)
    if proofs and len(proved_at) == len(proofs):
        return Outcome(name, "proved", "", "", runs)
    if runs:
        return Outcome(name, "tested", reason, "", runs)
    return Outcome(name, proofs[-1][1] if proofs else "unsupported", reason, "", runs)
