"""The text of a kernel as clang reads it."""

from __future__ import annotations

from pathlib import Path

from clang.cindex import Cursor

from xpiler.frontend import ReadOptions, language_of
from xpiler.frontend.clang_session import Source, parse


def own_cursors(path: Path, platform: str) -> list[Cursor]:
    """Every cursor that stands in the file itself, in the order of the text."""
    language = language_of(platform)
    unit = parse(Source.of(path, language.suffix), language, ReadOptions(), device=True)
    return [c for c in unit.cursor.walk_preorder() if c.location.file is not None and c.location.file.name == str(path)]
