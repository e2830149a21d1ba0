"""The smallest sizes at which two texts differ, found by running them.

First all sizes up to four in the order of their product, so that what fails there is smallest; where nothing does, one
size after the other is lowered as far as the difference stays.
"""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from xpiler.diagnostics import XpilerError
from xpiler.execution.process import ALIGNMENT, RunResult, run
from xpiler.verify.comparison import difference
from xpiler.verify.counterexample import Counterexample
from xpiler.verify.differential import Text
from xpiler.verify.sampling import MOST_ELEMENTS, ParameterInfo, arguments
from xpiler.verify.signature import ON_HOST, Convention

Sizes = dict[str, int]
SMALL, MOST_SMALL = 4, 256  # sizes tried all together, and how many rows of them at most
LADDER = sorted({*range(1, 41), *((1 << p) + d for p in range(6, 22) for d in (-1, 0, 1))})
ROUNDS = 3
TIGHT = 1  # bytes: every array ends at a guard page; where the source needs aligned arrays they are aligned


@dataclass(frozen=True)
class Pair:
    """Two texts, the function of both to call, and how many elements its buffers have at given sizes (XpilerError where unknown)."""

    source: Text
    target: Text
    symbol: str
    parameters: list[ParameterInfo]
    extents: Callable[[Sizes], dict[str, int]]
    seed: int = 0
    seconds: float = 60.0
    convention: Convention = ON_HOST

    def smallest(self, failing: Sizes, kind: str = "random") -> Counterexample | None:
        """The smallest counterexample at or below the sizes `failing`; None where no run shows a difference."""
        with tempfile.TemporaryDirectory(prefix="xpiler-shrink-") as folder:
            try:
                return Search(self, Path(folder), ("counting", kind)).smallest(failing)
            except XpilerError:
                return None


class Search:
    """Runs of a pair at many sizes; the libraries are built once."""

    def __init__(self, pair: Pair, folder: Path, kinds: tuple[str, ...]):
        self._pair, self._folder, self._kinds = pair, folder, kinds

    def smallest(self, failing: Sizes) -> Counterexample | None:
        """All small rows at once, else one size at a time."""
        return self._first(small_rows(failing, {p.name for p in self._pair.parameters if p.values})) or self._lowered(failing)

    def _lowered(self, failing: Sizes) -> Counterexample | None:
        kept = {p.name for p in self._pair.parameters if p.values}
        found = self._first([failing])
        for _ in range(ROUNDS if found else 0):
            before = found.sizes
            for name, value in before.items():
                lower = [{**found.sizes, name: v} for v in LADDER if v < value and name not in kept]
                found = self._first(lower) or found
            if found.sizes == before:
                break
        return found

    def _first(self, rows: list[Sizes]) -> Counterexample | None:
        """The first row at which the texts differ, with the simplest input that shows it."""
        calls = [call for row in rows for call in self._calls(row)]
        if not calls:
            return None
        for alignment in (TIGHT, ALIGNMENT):
            expected = self._run(self._pair.source, self._libraries[0], [made for _, made in calls], alignment)
            usable = [(call, e) for call, e in zip(calls, expected, strict=True) if e.ok]
            if usable:
                break
        actual = self._run(self._pair.target, self._libraries[1], [made for (_, made), _ in usable], alignment)
        for ((sizes, made), e), a in zip(usable, actual, strict=True):
            found = None if a.unfinished else self._found(sizes, made, e, a)
            if found:
                return found
        return None

    @cached_property
    def _libraries(self) -> list[Path]:
        texts = (("source", self._pair.source), ("target", self._pair.target))
        return [text.built(self._folder / f"{side}.so", strict=True) for side, text in texts]

    def _calls(self, sizes: Sizes) -> Iterator[tuple[Sizes, list[object]]]:
        try:
            extents = self._pair.extents(sizes)
        except XpilerError:
            return
        if sum(extents.values()) > MOST_ELEMENTS:
            return
        for kind in self._kinds:
            generator = np.random.default_rng(self._pair.seed)
            made = arguments(self._pair.parameters, sizes, extents.__getitem__, generator, "random" if kind == "counting" else kind)
            yield sizes, [counted(value, k) for k, value in enumerate(made)] if kind == "counting" else made

    def _run(self, text: Text, library: Path, calls: list[list[object]], alignment: int) -> list[RunResult]:
        passed = [self._pair.convention.passed(self._pair.parameters, made) for made in calls]
        return run(library, text.symbol or self._pair.symbol, passed, timeout_s=self._pair.seconds, alignment=alignment)

    def _found(self, sizes: Sizes, made: list[object], expected: RunResult, actual: RunResult) -> Counterexample | None:
        names = [p.name for p in self._pair.parameters]
        inputs = {name: value for name, value in zip(names, made, strict=True) if name not in sizes}
        if not actual.ok:
            return Counterexample(sizes, inputs, finding=actual.failure or finding_of(actual.findings[0]))
        pointers = [p.name for p in self._pair.parameters if p.is_pointer]
        for name, e, a in zip(pointers, expected.arrays, actual.arrays, strict=True):
            found = difference(name, e.ravel(), a.ravel())
            if found:
                return Counterexample(sizes, inputs, name, found.index[0], found.expected, found.actual)
        return None


def small_rows(failing: Sizes, kept: Container[str] = ()) -> list[Sizes]:
    """All rows of sizes up to four and no larger than those that fail, smallest product first; what is `kept` measures nothing."""
    ranges = [[value] if name in kept else range(1, min(value, SMALL) + 1) for name, value in failing.items()]
    rows = sorted(itertools.islice(itertools.product(*ranges), MOST_SMALL * 8), key=lambda row: (math.prod(row), sum(row), row))
    return [dict(zip(failing, row, strict=True)) for row in rows[:MOST_SMALL]]


def counted(value: object, position: int) -> object:
    """An array of small whole numbers, other ones for every parameter; a scalar as it is."""
    if not isinstance(value, np.ndarray):
        return value
    return ((np.arange(value.size) * (position + 1)) % 9 + 1 + position).astype(value.dtype).reshape(value.shape)


def finding_of(finding: dict) -> str:
    """A simulator's finding in a line: its kind, words, place, and who met it."""
    who = f" in thread {finding['thread']} of block {finding['block']}" if finding.get("thread") else ""
    place = f" at {finding['file']}:{finding['line']}" if finding.get("line") else ""
    return f"{finding.get('kind', 'fault')}: {finding.get('message', 'a finding of the simulator')}{who}{place}"
