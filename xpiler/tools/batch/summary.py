"""What a batch prints: a line for each file, and the table at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xpiler.tools.batch.journal import RESULTS, Entry

WIDEST_NAME = 48


def line(entry: Entry, width: int) -> str:
    """One file: name, result, seconds, and the scope of the verdict or what is wrong."""
    return f"{entry.name:{width}}  {entry.result:12}  {entry.seconds:6.1f} s  {entry.message}".rstrip()


def width_of(names: Sequence[str]) -> int:
    """How wide the column of names is."""
    return min(max(map(len, names)), WIDEST_NAME)


def table(entries: Sequence[Entry]) -> str:
    """How many files came to what, and the reasons of those without an output, the most frequent first."""
    counts = Counter(entry.result for entry in entries)
    lines = [f"{counts[result]:5} {result}" for result in RESULTS if counts[result]]
    reasons = Counter(_reason(entry) for entry in entries if entry.failed)
    if reasons:
        lines += ["without output, by reason:", *(f"{count:5} {reason}" for reason, count in reasons.most_common())]
    return "\n".join(lines)


def _reason(entry: Entry) -> str:
    """The message without its place."""
    place, colon, message = entry.message.partition(": ")
    return message if colon and place.replace(":", "").isdigit() else entry.message
