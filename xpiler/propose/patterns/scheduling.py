"""Saved patterns in front of a target's schedule."""

from __future__ import annotations

from xpiler.propose.patterns.library import Library


def with_patterns(schedule: str, platform: str, folder: str) -> str:
    """The schedule, in front of it every saved pattern of the platform; the schedule itself where there is none.

    Raises InvalidInput for a folder with a record that is none, or a text that was changed.
    """
    library = Library.at(folder)
    names = [entry.name for entry in library.patterns() if entry.target == platform]
    return f"apply-patterns{{library={library.folder} patterns={','.join(sorted(names))}}},{schedule}" if names else schedule
