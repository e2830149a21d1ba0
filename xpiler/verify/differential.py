"""Differential testing: source text and output text run on the same inputs, buffer for buffer.

Both are compiled and executed behind guard pages; sizes where the *source* itself fails (a kernel that takes
multiples of 16 only, say) are left out. At least one size must remain.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable as Function
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from xpiler.diagnostics import Unsupported
from xpiler.execution.build import build
from xpiler.execution.process import RunResult, run
from xpiler.verify.comparison import difference, largest_error
from xpiler.verify.conditioning import allowances, neighbours
from xpiler.verify.programs import ProgramFile
from xpiler.verify.reference import Reference
from xpiler.verify.sampling import MOST_ELEMENTS, arguments, size_choices, volume
from xpiler.verify.signature import Callable
from xpiler.verify.verdict import Answer, Error, Verdict

if TYPE_CHECKING:
    from xpiler.verify.judgement import Called

KINDS = ("random", "random", "negative", "zero", "equal", "large")
TOO_SMALL = ("launch", "zero-size")  # findings of the simulators where a launch or an allocation is empty
MOST_OF_ONE_ROW = 1 << 26  # elements of all arrays of the first row, the only one of a kernel without sizes
CHEAP = 1 << 16  # iterations of a nest over all sizes, which takes a simulator some milliseconds
ORDERS = (1, 2, 3)  # seeds of orders of threads, beside the one that is compared
# Beyond them, for what is proved over the reals: magnitudes at which floats overflow and vanish.
EXTREME = ("huge", "tiny")


@dataclass(frozen=True)
class Text:
    """A program as text: its platform, architecture, where it lies, and the include directories and macros it needs."""

    path: Path
    platform: str
    arch: str
    include_dirs: tuple[Path, ...] = ()
    defines: tuple[str, ...] = ()
    symbol: str = ""  # of the function to call, where it has another name than in the other text

    @staticmethod
    def of(program: ProgramFile, symbol: str = "") -> Text:
        """A file as it was read."""
        reading = program.reading
        return Text(program.path, program.platform, reading.arch, reading.include_dirs, reading.defines, symbol)

    def built(self, library: Path, *, strict: bool) -> Path:
        """The text compiled to a library. Raises XpilerError where its compiler does not take it."""
        options = {"include_dirs": self.include_dirs, "defines": self.defines}
        return build(self.path, self.platform, library, arch=self.arch, strict=strict, **options).library


@dataclass(frozen=True)
class Case:
    """One call: the sizes, the kind of input, and the arguments."""

    sizes: dict[str, int]
    kind: str
    arguments: list[object]


def compare(source: Text, output: Text, function: Callable, *, seed: int = 0, timeout_s: float = 60.0, strict: bool = False) -> Answer:
    """Runs both texts' `function` on random and edge inputs; `tested`, `refuted` or `unsupported` with the reason."""
    return Comparison(source, output, function, seed, timeout_s, strict).answer()


@dataclass(frozen=True)
class Comparison:
    """Runs of both texts on the same inputs; `extreme` adds very large and very small ones, `reference` a float64 run of the source.

    At `rows` (of our choice, unless given) all kinds of input are tried, at `further` ones random numbers alone.
    """

    source: Text
    output: Text
    function: Callable
    seed: int = 0
    timeout_s: float = 60.0
    strict: bool = False
    strict_output: bool = False
    extreme: bool = False
    rows: tuple[dict[str, int], ...] = ()
    further: tuple[dict[str, int], ...] = ()
    reference: Reference | None = None

    def answer(self) -> Answer:
        """`tested`, `refuted` or `unsupported` with the reason."""
        return self.runs().answer()

    def runs(self) -> Runs:
        """Makes the runs. Raises XpilerError where a text does not compile."""
        cases = make_cases(self.function, self.seed, (*KINDS, *EXTREME) if self.extreme else KINDS, self.rows)
        if self.further:
            cases += make_cases(self.function, self.seed, KINDS[:1], self.further)
        with tempfile.TemporaryDirectory(prefix="xpiler-test-") as folder:
            return self._runs(Path(folder), cases)

    def _runs(self, folder: Path, cases: list[Case]) -> Runs:
        sides = (("source", self.source, self.strict), ("output", self.output, self.strict or self.strict_output))
        libraries = [text.built(folder / f"{side}.so", strict=strict) for side, text, strict in sides]
        strictly = cache(lambda: self.source.built(folder / "source-strict.so", strict=True))
        expected = self._called(self.source, libraries[0], [c.arguments for c in cases])
        defects = sum(_is_defect(e) for e in expected)
        broken = [c.sizes for c, e in zip(cases, expected, strict=True) if c.sizes in self.further and _is_defect(e) and not e.unfinished]
        usable = [(c, e) for c, e in zip(cases, expected, strict=True) if e.ok]
        if not usable:
            return Runs(why=f"the source does not run at any size tried: {_why(expected)}", source_fails=defects)
        extra = [self.reference.arguments] if self.reference else []
        actual = self._called(self.output, libraries[1], [c.arguments for c, _ in usable] + extra)
        measured = self._error(actual[len(usable) :])
        finished = [(c, e, a) for (c, e), a in zip(usable, actual, strict=False) if not a.unfinished]
        if not finished:
            return Runs(why=f"the output {_why(actual)}", source_fails=defects)
        runs = Runs(error=measured, source_fails=defects, broken=broken)
        for case, e, a in finished:
            self._add(runs, libraries[0], strictly, case, e, a)
        return runs

    def _add(self, runs: Runs, source: Path, strictly: Function[[], Path], case: Case, expected: RunResult, actual: RunResult) -> None:
        """Judges one case; one whose difference nobody has the time to explain says nothing."""
        finding, error = _judge(case, expected, actual, self.function)
        if finding and case.sizes in runs.wrong:
            runs.source_fails += 1
            return
        suspect = finding and (finding.fails or _has_nan(expected) or any(p.chooses for p in self.function.parameters))
        if suspect and not self.strict and not self._called(self.source, strictly(), [case.arguments])[0].ok:
            self._blame_source(runs, case)  # what the output is not allowed, the source does as well; or its data leave an array
            return
        if finding and not finding.fails:
            allowed = self._explained(source, case, expected)
            if allowed is None:
                return
            near, (finding, error) = finding, _judge(case, expected, actual, self.function, allowed)
            runs.rounded += [] if finding else [near]
        if finding and self._depends_on_order(source, case, expected):
            self._blame_source(runs, case)
            return
        runs.usable.append(case)
        runs.findings += [finding] if finding else []
        runs.largest_error = max(runs.largest_error, error)

    def _blame_source(self, runs: Runs, case: Case) -> None:
        runs.source_fails += 1
        runs.wrong.append(case.sizes)
        if case.sizes in self.further:  # no other examination gets there
            runs.broken.append(case.sizes)

    def _depends_on_order(self, source: Path, case: Case, expected: RunResult) -> bool:
        """Whether the source fails, or gives something else, where its threads or tasks run in another order: a race shows in some only."""
        if self.source.platform == "vnni":
            return False
        for order in ORDERS:
            (other,) = self._called(self.source, source, [case.arguments], order)
            if other.unfinished:
                continue
            if not other.ok or any(difference("", e, a, 0.0) for e, a in zip(expected.arrays, other.arrays, strict=True)):
                return True
        return False

    def _explained(self, source: Path, case: Case, expected: RunResult) -> list[float] | None:
        """The difference of each array that rounding explains, by runs of the source on neighbours of the case's inputs."""
        results = self._called(self.source, source, neighbours(case.arguments, np.random.default_rng(self.seed)))
        return None if any(result.unfinished for result in results) else allowances(expected, results)

    def _called(self, text: Text, library: Path, calls: list[list[object]], order: int | None = None) -> list[RunResult]:
        passed = [self.function.convention.passed(self.function.parameters, made) for made in calls]
        return run(library, text.symbol or self.function.symbol, passed, timeout_s=self.timeout_s, order=order)

    def _error(self, results: list[RunResult]) -> Error | None:
        if self.reference is None or not results[0].ok:
            return None
        names = [p.name for p in self.function.parameters if p.is_pointer]
        return self.reference.error(dict(zip(names, results[0].arrays, strict=True)))


def _has_nan(result: RunResult) -> bool:
    """Whether a program's result is no number somewhere: memory that nothing has written is none in a simulator."""
    return any(array.dtype.kind == "f" and bool(np.isnan(array).any()) for array in result.arrays)


@dataclass(frozen=True)
class Finding:
    """A case in which the output differs from the source, or fails."""

    case: Case
    reason: str
    fails: bool

    def __str__(self) -> str:
        return f"{self.case.kind} input, {', '.join(f'{k} = {v}' for k, v in self.case.sizes.items()) or 'the given shape'}"


@dataclass
class Runs:
    """The cases the source takes, what was found, and the largest errors (relative, and against a float64 run); or why no run was made."""

    usable: list[Case] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    largest_error: float = 0.0
    error: Error | None = None
    why: str = ""
    source_fails: int = 0  # cases in which the source itself does what it must not
    wrong: list[dict[str, int]] = field(default_factory=list)  # sizes at which it does, of those where something was found
    broken: list[dict[str, int]] = field(default_factory=list)  # of the further sizes those at which it does
    rounded: list[Finding] = field(default_factory=list)  # differences that rounding explains, see conditioning.py

    def answer(self) -> Answer:
        """The verdict of the runs alone."""
        if self.why or not self.usable:
            return Answer(Verdict.UNSUPPORTED, self.why or "no run was decided in time")
        if self.findings:
            return Answer(Verdict.REFUTED, self.findings[0].reason, counterexample=str(self.findings[0]), error=self.error)
        return Answer(Verdict.TESTED, "", self.scope, len(self.usable), self.largest_error, error=self.error, notes=self.notes)

    def without(self, rows: list[dict[str, int]]) -> Runs:
        """The runs at other sizes than these."""
        if not rows or self.why:
            return self
        usable = [case for case in self.usable if case.sizes not in rows]
        kept = [[f for f in found if f.case.sizes not in rows] for found in (self.findings, self.rounded)]
        why = "" if usable else "the source is wrong at all sizes at which it runs"
        return replace(self, usable=usable, findings=kept[0], rounded=kept[1], why=why)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was let pass as rounding, in a line."""
        if not self.rounded:
            return ()
        first = self.rounded[0]
        return (f"floats differ on {first}: {first.reason}; the source differs as much between inputs a unit in the last place apart",)

    @property
    def scope(self) -> str:
        """The sizes that were run."""
        sizes = sorted({str(tuple(c.sizes.values())) for c in self.usable if c.sizes})
        return f"sizes {', '.join(sizes)}" if sizes else "the given shape"


def make_cases(function: Callable | Called, seed: int, kinds: tuple[str, ...] = KINDS, rows: tuple[dict[str, int], ...] = ()) -> list[Case]:
    """Calls over every row of sizes (of our choice, unless given) and kind of input, small buffers first, none very large.

    What an input shows beside its size shows at small sizes: where all sizes together make much work there is one kind of input.
    Raises Unsupported where none can be made, as the arrays of the only row do not fit in memory.
    """
    cases: list[tuple[int, Case]] = []
    for row, sizes in enumerate(rows or size_choices(function.parameters)):
        extents = function.extents(sizes)
        elements = sum(extents.values())
        if elements > (MOST_ELEMENTS if row else MOST_OF_ONE_ROW):
            continue
        is_cheap = volume(sizes) <= CHEAP
        for position, kind in enumerate(kinds if is_cheap else kinds[:1]):
            generator = np.random.default_rng([seed, row, position])
            made = arguments(function.parameters, sizes, extents.__getitem__, generator, kind)
            cases.append((elements, Case(sizes, kind, made)))
    if not cases:
        raise Unsupported(f"arrays of {elements} elements are not run")
    return [case for _, case in sorted(cases, key=lambda each: each[0])]


def _is_defect(result: RunResult) -> bool:
    """Whether a run failed for more than sizes that are too small for a launch."""
    return bool(result.failure) or any(finding.get("kind") not in TOO_SMALL for finding in result.findings)


def _why(results: list[RunResult]) -> str:
    first = results[0]
    return first.failure or (first.findings[0]["message"] if first.findings else "unknown")


def _judge(
    case: Case, expected: RunResult, actual: RunResult, function: Callable, allowed: Sequence[float] = ()
) -> tuple[Finding | None, float]:
    """What one case shows, and the largest relative error; `allowed` as in `difference`, for each array."""
    if not actual.ok:
        return Finding(case, f"the output fails: {_why([actual])}", True), 0.0
    names = [p.name for p in function.parameters if p.is_pointer]
    worst = 0.0
    limits = allowed or [0.0] * len(names)
    for name, e, a, limit in zip(names, expected.arrays, actual.arrays, limits, strict=True):
        found = difference(name, e, a, limit, overflows=case.kind in EXTREME)
        if found:
            return Finding(case, str(found), False), worst
        worst = max(worst, largest_error(e, a))
    return None, worst
