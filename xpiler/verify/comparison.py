"""When two results of the same kernel count as equal: exactly for integers, within rounding for floats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xpiler.execution.bfloat16 import NAME, BFloat16

# Reassociated sums of a few thousand terms differ by this much, relative to the largest value of the array.
RELATIVE = {"float16": 4e-3, "float32": 1e-4, "float64": 1e-10, NAME: 3e-2}


@dataclass(frozen=True)
class Difference:
    """The first element where two arrays differ, and both values."""

    array: str
    index: tuple[int, ...]
    expected: object
    actual: object

    def __str__(self) -> str:
        place = ", ".join(str(i) for i in self.index)
        return f"{self.array}[{place}] is {self.actual}, expected {self.expected}"


def difference(name: str, expected: np.ndarray, actual: np.ndarray, allowed: float = 0.0, *, overflows: bool = False) -> Difference | None:
    """The first differing element, or None; NaN equals NaN, infinities must match in sign.

    `allowed` is a difference of floats that rounding is known to explain, where it is more than that of sums. `overflows`: the inputs are
    so large that products overflow, and the order of a sum decides between an infinity and NaN: any of them equals any other.
    """
    tolerance = RELATIVE.get(NAME if isinstance(expected, BFloat16) else expected.dtype.name, 0.0)
    if tolerance == 0.0:
        wrong = expected != actual
    else:
        finite = expected[np.isfinite(expected)]
        scale = float(np.max(np.abs(finite.astype(np.float64)), initial=0.0))
        least = max(tolerance * scale * 0.1, allowed)
        wrong = ~np.isclose(as_doubles(actual), as_doubles(expected), rtol=tolerance, atol=least, equal_nan=True)
        if overflows:
            wrong &= np.isfinite(expected) | np.isfinite(actual)
    if not wrong.any():
        return None
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    return Difference(name, index, expected[index].item(), actual[index].item())


def as_doubles(array: np.ndarray) -> np.ndarray:
    """The numbers in double precision; numpy would warn about the NaNs of memory that nothing has written."""
    with np.errstate(invalid="ignore"):
        return array.astype(np.float64)


def largest_error(expected: np.ndarray, actual: np.ndarray) -> float:
    """The largest relative error over the finite elements, 0 for integers that agree."""
    a, b = as_doubles(expected), as_doubles(actual)
    both = np.isfinite(a) & np.isfinite(b)
    if not both.any():
        return 0.0
    return float(np.max(np.abs(a[both] - b[both]) / np.maximum(np.abs(a[both]), np.finfo(np.float32).tiny)))
