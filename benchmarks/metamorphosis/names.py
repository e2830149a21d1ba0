"""Renames every identifier that a file declares."""

from __future__ import annotations

import random
import re
from pathlib import Path

from clang.cindex import CursorKind

from metamorphosis.reading import own_cursors

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|//[^\n]*|/\*.*?\*/|\.?\d(?:[eEpP][+-]|[\w.])*|[A-Za-z_]\w*|\s+|.', re.DOTALL)
DECLARED = re.compile(r"^(?:[A-Za-z_]\w*)$")
KINDS = {CursorKind.VAR_DECL, CursorKind.PARM_DECL, CursorKind.FUNCTION_DECL}


def declared_names(path: Path, platform: str) -> set[str]:
    """The identifiers that the file itself declares, read off clang's AST and the file's macros."""
    cursors = list(own_cursors(path, platform))
    names = {cursor.spelling for cursor in cursors if cursor.kind in KINDS}
    names |= set(re.findall(r"^\s*#\s*define\s+(\w+)", path.read_text(), re.MULTILINE))
    fields = {cursor.spelling for cursor in cursors if cursor.kind == CursorKind.FIELD_DECL}  # which stay behind a dot
    return {name for name in names - fields if DECLARED.match(name)}


def renamed(text: str, names: set[str], keep: set[str], generator: random.Random) -> str:
    """The text with every declared name replaced by a word of its own; members after `.` and `->` stay."""
    words = {
        name: f"{generator.choice('bcdfghjklmnpqrstv')}{generator.choice('aeiou')}{generator.randrange(1000, 9999)}q"
        for name in sorted(names - keep)
    }
    output, before = [], ""
    for match in TOKEN.finditer(text):
        token = match.group()
        if token.startswith(("//", "/*")):
            continue
        output.append(token if before in (".", ">") and output[-1:] == [before] else words.get(token, token))
        before = token if token.strip() else before
    return "".join(output)
