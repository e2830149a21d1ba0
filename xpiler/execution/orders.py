"""Running a simulated program in several orders of its threads, warps and tasks: what depends on the order is a race.

The simulators run threads one after the other. A race that no check sees (a value carried through an atomic operation, a
`volatile` flag, a task that reads what another has yet to write) still shows in the results of another order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from xpiler.execution.findings import Launched
from xpiler.execution.process import RunResult

GROWTH = 8.0  # of the rounding of n additions, which grows with the root of n


def vary(first: RunResult, launched: Launched, run_in: Callable[[int], RunResult], seeds: Sequence[int]) -> RunResult:
    """`first` with what other orders add to it: their findings and failures, and results that differ.

    `run_in(seed)` runs the same call on the same arguments in the order of that seed.
    """
    result = first
    for seed in seeds:
        if result.failure:
            return result
        result = _joined(result, run_in(seed), launched, seed)
    return result


def _joined(result: RunResult, other: RunResult, launched: Launched, seed: int) -> RunResult:
    said = f"in the order of --seed {seed}"
    known = {_identity(finding) for finding in result.findings}
    new = [{**f, "message": f"{f['message']} ({said})"} for f in other.findings if _identity(f) not in known]
    if other.failure:
        return replace(result, failure=f"{other.failure} ({said})", findings=(*result.findings, *new))
    differences = [] if result.findings or new else _differences(result, other, launched, seed)
    return replace(result, findings=(*result.findings, *new, *differences))


def _identity(finding: dict) -> tuple:
    return finding["kind"], finding.get("file"), finding.get("line"), finding.get("buffer")


def _differences(first: RunResult, other: RunResult, launched: Launched, seed: int) -> list[dict]:
    atomics = _atomics(first.counts)
    found = []
    for name, one, two in zip(launched.buffers, first.arrays, other.arrays, strict=False):
        where = _first_difference(one.ravel(), two.ravel(), atomics)
        if where is not None:
            found.append(_finding(launched, name, where, one.ravel()[where], two.ravel()[where], seed))
    return found


def _finding(launched: Launched, buffer: str, element: int, one: np.generic, two: np.generic, seed: int) -> dict:
    message = f"element {element} of '{buffer}' is {one} in one order of threads and tasks and {two} in another (--seed {seed})"
    place = {"file": launched.file, "line": launched.line}
    return {"kind": "order-dependent", "message": message, "kernel": launched.name, **place, "buffer": buffer, "element": element}


def _atomics(counts: dict) -> int:
    """Atomic operations of a run, by either simulator's counts."""
    named = sum(count for name, count in counts.get("instructions", {}).items() if "atomic" in name.lower())
    return max(named, counts.get("atomics", 0))


def _first_difference(one: np.ndarray, two: np.ndarray, atomics: int) -> int | None:
    """The first element that differs by more than atomic operations explain, if there is one.

    Atomic additions of floats round differently in each order; a cursor advanced atomically gives elements other places.
    """
    bits = f"u{one.itemsize}"
    differ = one.view(bits) != two.view(bits)
    if atomics and differ.any():
        if np.array_equal(np.sort(one.view(bits)), np.sort(two.view(bits))):
            return None
        if one.dtype.kind == "f":
            differ &= ~_within_rounding(one, two, atomics)
    return int(np.argmax(differ)) if differ.any() else None


def _within_rounding(one: np.ndarray, two: np.ndarray, atomics: int) -> np.ndarray:
    a, b = one.astype(np.float64), two.astype(np.float64)
    finite = np.isfinite(a) & np.isfinite(b)
    size = max((float(np.abs(values[finite]).max(initial=0.0)) for values in (a, b)), default=0.0)
    bound = GROWTH * np.sqrt(atomics) * float(np.finfo(one.dtype).eps) * size
    with np.errstate(invalid="ignore"):
        return np.where(finite, np.abs(a - b) <= bound, np.isnan(a) & np.isnan(b))
