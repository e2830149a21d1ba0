"""Memory in the wrong space: an array that was shared is private, one that was private is shared."""

from __future__ import annotations

from collections.abc import Iterator

from mutation.program import Change, Program

OTHERS = {"__shared__": "", "GDRAM2NRAM": "NRAM2GDRAM", "NRAM2GDRAM": "GDRAM2NRAM", "__nram__": "__wram__"}


def changes(program: Program) -> Iterator[Change]:
    """Qualifiers of arrays and directions of copies."""
    for token in program.tokens():
        if token.spelling in OTHERS:
            yield Change("space", token.extent.start.offset, token.extent.end.offset, OTHERS[token.spelling])
