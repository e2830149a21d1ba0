"""Exchanges neighbouring statements of a kernel that do not depend on each other.

Statements are declarations and expressions; whatever may touch memory is one resource, and a call may touch it, write
it and wait, so that only a call and plain arithmetic on locals change places.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from clang.cindex import BinaryOperator, Cursor, CursorKind

from metamorphosis.reading import own_cursors

MEMORY = "memory"
MOVABLE = {CursorKind.DECL_STMT, CursorKind.BINARY_OPERATOR, CursorKind.COMPOUND_ASSIGNMENT_OPERATOR, CursorKind.CALL_EXPR}
ACCESSES = {CursorKind.ARRAY_SUBSCRIPT_EXPR, CursorKind.MEMBER_REF_EXPR}
STEPS = ("++", "--", "*", "&")


@dataclass
class Effects:
    """What a statement reads and writes: hashes of declarations, and memory."""

    reads: set = field(default_factory=set)
    writes: set = field(default_factory=set)

    def commute(self, other: Effects) -> bool:
        """Whether two statements may change places."""
        return not (self.writes & (other.reads | other.writes) or other.writes & self.reads)


def reordered(path: Path, platform: str, generator: random.Random) -> tuple[str, int]:
    """The text with about half of its independent neighbours exchanged, and how many pairs were."""
    text = path.read_bytes()
    pairs, taken = [], -1
    for block in own_cursors(path, platform):
        if block.kind is not CursorKind.COMPOUND_STMT:
            continue
        for first, second in pairwise(block.get_children()):
            spans = _span(first, text), _span(second, text)
            if all(spans) and spans[0][0] > taken and effects(first).commute(effects(second)) and generator.random() < 0.5:
                pairs.append(spans)
                taken = spans[1][1]
    for (a, b), (c, d) in reversed(sorted(pairs)):
        text = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
    return text.decode(), len(pairs)


def _span(statement: Cursor, text: bytes) -> tuple[int, int] | None:
    """The bytes of a statement with its semicolon, or None where it is not one that may move."""
    start, end = statement.extent.start.offset, statement.extent.end.offset
    if statement.kind not in MOVABLE or b"#" in text[start:end]:
        return None
    if statement.kind is not CursorKind.DECL_STMT:
        end = text.find(b";", end) + 1
    return (start, end) if text[end - 1 : end] == b";" and text[start:end].count(b";") == 1 else None


def effects(statement: Cursor) -> Effects:
    """What a statement may read and write."""
    found = Effects()
    for cursor in statement.walk_preorder():
        _note(cursor, found)
    return found


def _note(cursor: Cursor, found: Effects) -> None:
    if cursor.kind is CursorKind.VAR_DECL:
        found.writes.add(cursor.hash)
    elif cursor.kind is CursorKind.DECL_REF_EXPR and cursor.referenced is not None:
        found.reads.add(cursor.referenced.hash)
    elif cursor.kind is CursorKind.CALL_EXPR:
        found.reads.add(MEMORY)
        found.writes |= {MEMORY, *_named(cursor)}
    elif cursor.kind in ACCESSES:
        found.reads.add(MEMORY)
    elif cursor.kind is CursorKind.UNARY_OPERATOR:
        found.reads.add(MEMORY)
        found.writes |= {MEMORY, *_named(cursor)}
    elif _assigns(cursor):
        target = next(cursor.get_children())
        found.writes |= _named(target) if target.kind is CursorKind.DECL_REF_EXPR else {MEMORY}


def _assigns(cursor: Cursor) -> bool:
    if cursor.kind is CursorKind.COMPOUND_ASSIGNMENT_OPERATOR:
        return True
    return cursor.kind is CursorKind.BINARY_OPERATOR and cursor.binary_operator is BinaryOperator.Assign


def _named(cursor: Cursor) -> set:
    """The declarations that an expression names: a call may take them by reference."""
    return {c.referenced.hash for c in cursor.walk_preorder() if c.kind is CursorKind.DECL_REF_EXPR and c.referenced is not None}
