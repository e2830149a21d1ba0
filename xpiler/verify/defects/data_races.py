"""Races that only numbers below zero bring about: what the data of a kernel are is a precondition that its text need not state.

Shortest paths by `if (via < d[i][j]) d[i][j] = via` write to what other threads read where a path from a vertex to itself is negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xpiler.verify.defects.defect import SourceDefect

RACE = "race"
HINT = "pass --assume-valid where the kernel is not meant for such data"


def with_data_told(results: list[list[SourceDefect]], are_free: Callable[[list[int]], list[bool]]) -> list[list[SourceDefect]]:
    """The defects of runs, with the races of those rows marked that `are_free` of any on numbers that are not negative."""
    racing = [row for row, defects in enumerate(results) if any(d.kind == RACE for d in defects)]
    free = {row for row, is_free in zip(racing, are_free(racing), strict=True) if is_free} if racing else set()
    return [[_of_data(d) if row in free and d.kind == RACE else d for d in defects] for row, defects in enumerate(results)]


def _of_data(defect: SourceDefect) -> SourceDefect:
    message = f"{defect.message}, and not where no number is negative"
    return replace(defect, message=message, hint=HINT, is_of_data=True)
