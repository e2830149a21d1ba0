"""Races that only numbers below zero bring about: what the data of a kernel are is a precondition that its text need not state.

Shortest paths by `if (via < d[i][j]) d[i][j] = via` write to what other threads read where a path from a vertex to itself is negative.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from xpiler.verify.defects.defect import SourceDefect

RACE = "race"
HINT = "pass --assume-valid where the kernel is not meant for such data"


def with_data_told(results: list[list[SourceDefect]], again: Callable[[list[int]], list[list[SourceDefect]]]) -> list[list[SourceDefect]]:
    """The defects of runs, with those races marked that runs `again`, of some rows on numbers that are not negative, do not show."""
    racing = [row for row, defects in enumerate(results) if any(d.kind == RACE for d in defects)]
    if not racing:
        return results
    marked = list(results)
    for row, other in zip(racing, again(racing), strict=True):
        stays = {defect.place for defect in other if defect.kind == RACE}
        marked[row] = [defect if defect.kind != RACE or defect.place in stays else _of_data(defect) for defect in results[row]]
    return marked


def _of_data(defect: SourceDefect) -> SourceDefect:
    message = f"{defect.message}, and not where no number is negative"
    return replace(defect, message=message, hint=HINT, is_of_data=True)
