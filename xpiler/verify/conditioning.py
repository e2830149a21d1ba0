"""How far rounding may move the results of a program: the source again, on inputs a unit in the last place away.

Where a tiny deviation is divided by, as in the normalisation of a row of equal values, two right programs differ by far more than
their sums do. The inputs of a run tell: what the source itself makes of its neighbours, an output may do as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from xpiler.execution.bfloat16 import UNIT, BFloat16, rounded
from xpiler.execution.process import RunResult
from xpiler.verify.comparison import as_doubles

NEIGHBOURS = 3
ROUNDINGS = 256  # units by which sums of ten thousand terms in different orders differ; moves of the inputs are one each
MOST = 1e-2  # of the largest value: what is further away is no rounding, however the source behaves


def neighbours(arguments: Sequence[object], generator: np.random.Generator) -> list[list[object]]:
    """The arguments of a call, several times, each float moved by at most a unit in its last place; numbers of a call stay."""
    return [[_moved(argument, generator) for argument in arguments] for _ in range(NEIGHBOURS)]


def _moved(argument: object, generator: np.random.Generator) -> object:
    if not isinstance(argument, np.ndarray) or argument.dtype.kind != "f":
        return argument
    steps = generator.integers(-1, 1, argument.shape, endpoint=True)
    unit = UNIT if isinstance(argument, BFloat16) else 1
    with np.errstate(all="ignore"):
        moved = (argument + steps * unit * np.spacing(np.abs(argument))).astype(argument.dtype)
    return rounded(moved) if isinstance(argument, BFloat16) else moved


def allowances(expected: RunResult, moved: list[RunResult]) -> list[float]:
    """For every array, the difference that rounding explains; 0 where the neighbours of the inputs could not be run."""
    if not moved or not all(result.ok for result in moved):
        return [0.0] * len(expected.arrays)
    return [_allowance(array, [result.arrays[k] for result in moved]) for k, array in enumerate(expected.arrays)]


def _allowance(expected: np.ndarray, moved: list[np.ndarray]) -> float:
    if expected.dtype.kind != "f":
        return 0.0
    values = as_doubles(expected)
    finite = np.isfinite(values) & np.logical_and.reduce([np.isfinite(m) for m in moved])
    if not finite.any():
        return 0.0
    spread = max(float(np.max(np.abs(m[finite].astype(np.float64) - values[finite]))) for m in moved)
    return min(ROUNDINGS * spread, MOST * float(np.max(np.abs(values[finite]))))
