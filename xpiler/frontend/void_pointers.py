"""`float *p = malloc(n)`: C converts `void *` by itself, C++ does not, so the casts are written into a text in C before it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clang import cindex

_WANTED = (
    re.compile(r"cannot initialize a variable of type '([^']*)' with an [lr]value of type '(?:const )?void \*'"),
    re.compile(r"assigning to '([^']*)' from incompatible type '(?:const )?void \*'"),
)


def with_casts(text: str, unit: cindex.TranslationUnit) -> str:
    """The text with a cast around each expression that clang found to be a `void *` where another pointer is wanted."""
    lines = text.encode().splitlines(keepends=True)
    found = {(line, first, last): wanted for line, first, last, wanted in _missing(unit)}
    for (line, first, last), wanted in sorted(found.items(), reverse=True):
        row = lines[line - 1]
        lines[line - 1] = row[: first - 1] + f"({wanted})(".encode() + row[first - 1 : last - 1] + b")" + row[last - 1 :]
    return b"".join(lines).decode()


def _missing(unit: cindex.TranslationUnit) -> Iterator[tuple[int, int, int, str]]:
    """Line, columns and wanted type of such expressions that lie on one line of the file."""
    for error in unit.diagnostics:
        wanted = next((match[1] for pattern in _WANTED if (match := pattern.match(error.spelling))), None)
        for extent in error.ranges if wanted else ():
            start, end = extent.start, extent.end
            if start.file is not None and start.file.name == unit.spelling and start.line == end.line:
                yield start.line, start.column, end.column, wanted or ""
