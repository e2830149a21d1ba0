"""Whether rounding explains that an output gives something else than its source, asked of the truth.

A source is no measure of the last digits: one that adds 24581 equal numbers one after another is itself off by more than programs may
differ, and a right output, which adds them better, differs from it. So an output that differs is compared with the truth, the source's
shared form on doubles, and it is right where it is no further from it than the furthest of

- what results of one kernel may differ by anyway (`verify/comparison.py`),
- what the truth itself makes of inputs a unit in the last place away (`verify/conditioning.py`),
- twice what the translation that the rules write is off, and never more than a small part of the array's values.

How far the source is off counts for nothing, so that one which rounds badly lets no wrong output pass. The truth is believed where the
source gives it on random inputs of the same sizes, of which sums lose little, and so is the rules' translation: a program that computes
something else excuses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from xpiler.diagnostics import XpilerError
from xpiler.execution.process import RunResult
from xpiler.propose.programs import Case, Program, inputs
from xpiler.propose.truth import Truth, as_type_of
from xpiler.verify.comparison import as_doubles, difference
from xpiler.verify.conditioning import allowances, neighbours
from xpiler.verify.limits import NotModelled, OutOfTime

ROOM = 2.0  # between two programs that round as much
MOST = 5e-2  # of the largest value of an array: what is further away is no rounding
PLAIN = "random"  # the kind of inputs of which sums lose little
NO_TRUTH = (XpilerError, OutOfTime, NotModelled, RuntimeError, LookupError, TypeError, MemoryError)


@dataclass
class Rounding:
    """Differences from one source, explained or not; `truth` and `rules` are made where they are asked."""

    source: Program
    truth: Callable[[], Truth]
    rules: Callable[[], Program | None]
    _plain: dict[str, bool] = field(default_factory=dict)

    def explains(self, case: Case, expected: RunResult, actual: RunResult) -> bool:
        """Whether an output's arrays are as near to the truth as rounding can be asked to be, where they are not those of the source."""
        if not all(_is_near(e, a) for e, a in zip(expected.arrays, actual.arrays, strict=True)):
            return False
        try:
            return any(self._agrees(case, actual, limits) for limits in self._limits(case))
        except NO_TRUTH:
            return False

    def _limits(self, case: Case) -> Iterator[list[float]]:
        """What each array may be off beyond what all may; more, and dearer to find, with each."""
        if not self._is_right(self.source, case):
            return
        true = self._arrays(case)
        moved = self._called(neighbours(inputs(self.source.function, case), np.random.default_rng(0)))
        limits = allowances(RunResult(tuple(true)), [RunResult(tuple(each)) for each in moved])
        yield limits
        rules = self.rules()
        if rules is not None and self._is_right(rules, case):
            (result,) = rules.at([case])
            yield _wider(limits, true, result) if result.ok else limits

    def _agrees(self, case: Case, result: RunResult, limits: Sequence[float] = ()) -> bool:
        true = self._arrays(case)
        limits = limits or [0.0] * len(true)
        pairs = zip(true, result.arrays, limits, strict=True)
        return all(difference("", as_type_of(a, t), a, limit) is None for t, a, limit in pairs)

    def _is_right(self, program: Program, case: Case) -> bool:
        """Whether a program gives the truth on random inputs of the case's sizes."""
        plain = (case[0], PLAIN)
        key = f"{program.name} {sorted(case[0].items())}"
        if key not in self._plain:
            (result,) = program.at([plain])
            self._plain[key] = result.ok and self._agrees(plain, result)
        return self._plain[key]

    def _arrays(self, case: Case) -> list[np.ndarray]:
        """The truth of a case, which is the same for all proposals."""
        return self.source.kept.value(f"truth {case!r}", lambda: self._called([inputs(self.source.function, case)])[0])

    def _called(self, calls: list[list[object]]) -> list[list[np.ndarray]]:
        return self._true.arrays(self.source.function.parameters, calls)

    @cached_property
    def _true(self) -> Truth:
        return self.truth()


def _is_near(expected: np.ndarray, actual: np.ndarray) -> bool:
    """Whether two arrays are so alike that rounding may be what tells them apart: infinities and NaNs in the same places."""
    if expected.dtype.kind != "f":
        return bool((expected == actual).all())
    a, b = as_doubles(expected), as_doubles(actual)
    finite = np.isfinite(a)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True) or not np.isfinite(b[finite]).all():
        return False
    return bool(np.max(np.abs(a[finite] - b[finite]), initial=0.0) <= _most(a))


def _wider(limits: list[float], true: list[np.ndarray], result: RunResult) -> list[float]:
    """The limits where a program that is right is further off than they say."""
    pairs = zip(limits, true, result.arrays, strict=True)
    return [max(limit, min(ROOM * _error(t, array), _most(t))) if t.dtype.kind == "f" else limit for limit, t, array in pairs]


def _error(true: np.ndarray, result: np.ndarray) -> float:
    both = np.isfinite(true) & np.isfinite(result)
    return float(np.max(np.abs(as_doubles(result)[both] - true[both]), initial=0.0))


def _most(values: np.ndarray) -> float:
    return MOST * float(np.max(np.abs(values[np.isfinite(values)]), initial=0.0))
