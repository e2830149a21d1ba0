"""The parts of a `for` header, which libclang gives without saying which is which."""

from __future__ import annotations

from dataclasses import dataclass

from clang.cindex import Cursor, CursorKind

from xpiler.frontend.cursors import children


@dataclass(frozen=True)
class Header:
    """A loop's parts; None where the source leaves one out."""

    init: Cursor | None
    condition: Cursor | None
    step: Cursor | None
    body: Cursor


def for_header(cursor: Cursor) -> Header | None:
    """The parts of a FOR_STMT; None where they cannot be told apart."""
    *header, body = children(cursor)
    if len(header) == 3:
        return Header(*header, body)
    semicolons = _semicolons(cursor)
    if semicolons is None:
        return None
    parts: list[Cursor | None] = [None, None, None]
    for part in header:
        start = part.extent.start.offset
        parts[sum(start > position for position in semicolons)] = part
    if part_count(parts) != len(header):
        return None
    return Header(*parts, body)


def part_count(parts: list[Cursor | None]) -> int:
    return sum(part is not None for part in parts)


def _semicolons(cursor: Cursor) -> tuple[int, int] | None:
    """Offsets of the header's two semicolons, where the header is not made by a macro."""
    depth, found = 0, []
    for token in cursor.get_tokens():
        text = token.spelling
        if text in "([{":
            depth += 1
        elif text in ")]}":
            depth -= 1
            if depth == 0:
                break
        elif text == ";" and depth == 1:
            found.append(token.extent.start.offset)
    return (found[0], found[1]) if len(found) == 2 else None


def declared_in(init: Cursor | None) -> set[Cursor]:
    """The variables a loop's header declares."""
    if init is None or init.kind != CursorKind.DECL_STMT:
        return set()
    return {child for child in children(init) if child.kind == CursorKind.VAR_DECL}
