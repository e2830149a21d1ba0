"""Differential testing: source text and output text run on the same inputs, buffer for buffer.

Both are compiled and executed behind guard pages; sizes where the *source* itself fails (a kernel that takes
multiples of 16 only, say) are left out. At least one size must remain.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from xpiler.execution.build import build
from xpiler.execution.process import RunResult, run
from xpiler.verify.comparison import difference, largest_error
from xpiler.verify.sampling import MOST_ELEMENTS, arguments, size_choices
from xpiler.verify.signature import Callable
from xpiler.verify.verdict import Answer, Verdict

KINDS = ("random", "random", "negative", "zero", "equal", "large")


@dataclass(frozen=True)
class Text:
    """A program as text: its platform, architecture, where it lies, and include directories it needs."""

    path: Path
    platform: str
    arch: str
    include_dirs: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call: the sizes, the kind of input, and the arguments."""

    sizes: dict[str, int]
    kind: str
    arguments: list[object]


def compare(source: Text, output: Text, function: Callable, *, seed: int = 0, timeout_s: float = 60.0, strict: bool = False) -> Answer:
    """Runs both texts' `function` on random and edge inputs; `tested`, `refuted` or `unsupported` with the reason."""
    with tempfile.TemporaryDirectory(prefix="xpiler-test-") as folder:
        libraries = [_build(text, Path(folder) / f"{side}.so", strict) for side, text in (("source", source), ("output", output))]
        cases = list(make_cases(function, seed))
        expected = run(libraries[0], function.symbol, [c.arguments for c in cases], timeout_s=timeout_s)
        usable = [(c, e) for c, e in zip(cases, expected, strict=True) if e.ok]
        if not usable:
            return Answer(Verdict.UNSUPPORTED, f"the source does not run at any size tried: {_why(expected)}")
        actual = run(libraries[1], function.symbol, [c.arguments for c, _ in usable], timeout_s=timeout_s)
    answers = [_judge(case, e, a, function) for (case, e), a in zip(usable, actual, strict=True)]
    for answer in answers:
        if answer.verdict is not Verdict.TESTED:
            return answer
    sizes = sorted({str(tuple(c.sizes.values())) for c, _ in usable if c.sizes})
    scope = f"sizes {', '.join(sizes)}" if sizes else "the given shape"
    return replace(answers[0], runs=len(usable), scope=scope, largest_error=max(a.largest_error for a in answers))


def make_cases(function: Callable, seed: int) -> list[Case]:
    """Calls over every row of sizes and kind of input, as far as the buffers stay small."""
    cases = []
    for row, sizes in enumerate(size_choices(function.parameters)):
        extents = function.extents(sizes)
        if sum(extents.values()) > MOST_ELEMENTS and row:
            continue
        for position, kind in enumerate(KINDS):
            generator = np.random.default_rng([seed, row, position])
            made = arguments(function.parameters, sizes, extents.__getitem__, generator, kind)
            cases.append(Case(sizes, kind, made))
    return cases


def _build(text: Text, library: Path, strict: bool) -> Path:
    return build(text.path, text.platform, library, arch=text.arch, strict=strict, include_dirs=text.include_dirs).library


def _why(results: list[RunResult]) -> str:
    first = results[0]
    return first.failure or (first.findings[0]["message"] if first.findings else "unknown")


def _judge(case: Case, expected: RunResult, actual: RunResult, function: Callable) -> Answer:
    sizes = ", ".join(f"{k} = {v}" for k, v in case.sizes.items())
    if not actual.ok:
        return Answer(Verdict.REFUTED, f"the output fails: {_why([actual])}", counterexample=f"{case.kind} input, {sizes}")
    names = [p.name for p in function.parameters if p.is_pointer]
    worst = 0.0
    for name, e, a in zip(names, expected.arrays, actual.arrays, strict=True):
        found = difference(name, e, a)
        if found:
            return Answer(Verdict.REFUTED, str(found), counterexample=f"{case.kind} input, {sizes}")
        worst = max(worst, largest_error(e, a))
    return Answer(Verdict.TESTED, largest_error=worst)
