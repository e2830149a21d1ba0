"""Parts of one array that overlap by mistake: `(float *)(pool + CAP)` where `pool + CAP * sizeof(float)` was meant.

    __memcpy(px, x, len * 4, GDRAM2NRAM);            what is written whole
    __memcpy(py, y, len * 4, GDRAM2NRAM);            is overwritten from its middle on by what goes past its end,
    __bang_add(px, px, py, len);                     and is read whole again

A program may use the same bytes for one thing after another, and fill an array piece by piece; what reads exactly what one operation
wrote means that, and not the half that something else has left of it. Arrays that grow into their neighbours because nothing bounds
the sizes leave the pool as well at larger ones: that is a matter of capacity (see `short_arrays`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mlir import ir

from xpiler.verify.defects.array_spans import Span
from xpiler.verify.defects.defect import Sizes, SourceDefect
from xpiler.verify.defects.executions import placed
from xpiler.verify.defects.growing_sizes import LARGEST, Growing
from xpiler.verify.defects.short_arrays import leaving, named
from xpiler.verify.model.program import place_of

KIND = "overlap"
HINT = "let each part start behind the end of the one before it, in bytes; --assume-valid takes the source as it is"


@dataclass(frozen=True)
class _Clobbered:
    """A write, what of it was overwritten, and by what, before it was read."""

    written: Span
    over: Span
    read: Span


def overlapping_parts(module: ir.Module, assumptions: Sequence[str] = ()) -> list[SourceDefect]:
    """Warnings about a program in platform form: one for each operation that overwrites a part of what another one has written."""
    growing, found = Growing.of(module, assumptions), {}
    for sizes, clobbered in growing.least(_clobbered):
        grown = {name: LARGEST if number == max(sizes.values()) else number for name, number in sizes.items()}
        past = growing.at(grown, leaving)
        if past is None or past.array != clobbered.over.array:
            found.setdefault(clobbered.over.op, _defect(clobbered, sizes))
    return list(found.values())


def _clobbered(path: Iterator[Span]) -> _Clobbered | None:
    """The first read on a path of a whole that something else has overwritten in part."""
    writes: list[Span] = []
    for span in path:
        others = [write for write in writes if write.array == span.array]
        if span.writes:
            writes = [write for write in writes if write not in others or not _hides(span, write)] + [span]
            continue
        own = next((k for k, write in reversed(list(enumerate(others))) if _is_same(write, span)), None)
        over = next((write for write in others[own + 1 :] if _straddles(write, span)), None) if own is not None else None
        if own is not None and over is not None:
            return _Clobbered(others[own], over, span)
    return None


def _hides(later: Span, earlier: Span) -> bool:
    """Whether nothing is left of an earlier write, or it is not known what is."""
    if later.end is None or earlier.end is None:
        return earlier.end is None or later.start < earlier.end
    return later.start <= earlier.start and earlier.end <= later.end


def _is_same(write: Span, read: Span) -> bool:
    return read.end is not None and (write.start, write.end) == (read.start, read.end)


def _straddles(write: Span, read: Span) -> bool:
    """Whether a write covers a part of what is read, and goes past one end of it."""
    if write.end is None or read.end is None or write.end <= read.start or read.end <= write.start:
        return False
    return (write.start < read.start) != (write.end > read.end)


def _defect(clobbered: _Clobbered, sizes: Sizes) -> SourceDefect:
    written, over, read = clobbered.written, clobbered.over, clobbered.read
    first, last = max(over.start, read.start), min(over.end or 0, read.end or 0)
    lines = [placed(place_of(span.op)).line for span in (written, read)]
    message = (
        f"this writes bytes {over.start} to {over.end} of {named(over.array)}: over bytes {first} to {last} of what line {lines[0]} has "
        f"written and line {lines[1]} reads"
    )
    return SourceDefect(KIND, message, placed(place_of(over.op)), sizes, hint=HINT)
