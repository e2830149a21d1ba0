"""Diagnostics: what every room raises, and how the tools print it.

One class of exception for each kind of failure; each carries the place in the user's file, what is
wrong, and what to do about it. The tools turn them into `file:line:column: error: message` and an
exit code; nothing else is printed for bad input.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A position in a file the user gave: 1-based line and column, 0 where unknown."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@dataclass(frozen=True)
class Diagnostic:
    """One message about one place; `severity` is "error", "warning" or "note"."""

    severity: str
    message: str
    place: Place | None = None
    hint: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}{self.severity}: {self.message}{hint}"

    def as_json(self) -> dict[str, str | int]:
        """Keys: file, line, column (empty and 0 where unknown), severity, message, hint."""
        place = self.place or Place("")
        return {
            "file": place.file,
            "line": place.line,
            "column": place.column,
            "severity": self.severity,
            "message": self.message,
            "hint": self.hint,
        }


class XpilerError(Exception):
    """Base of all failures the user can act on; `diagnostics` holds at least one error."""

    def __init__(self, message: str, place: Place | None = None, hint: str = "", *, notes: tuple[Diagnostic, ...] = ()):
        self.diagnostics = (Diagnostic("error", message, place, hint), *notes)
        super().__init__(str(self.diagnostics[0]))


class InvalidInput(XpilerError):
    """The source is wrong: a syntax error, undefined behaviour, a misused builtin, a file that cannot be read."""


class Unsupported(XpilerError):
    """The source is (or may be) right, and Xpiler cannot take it yet; the message names the construct."""


class PassFailed(XpilerError):
    """A pass refused to apply: its legality check failed."""


class ToolMissing(XpilerError):
    """A compiler or library the request needs is not on this machine; the hint says how to get it."""


# Warnings of the work that is going on; None where nobody collects them.
_collected: ContextVar[list[Diagnostic] | None] = ContextVar("collected", default=None)


@contextmanager
def collecting() -> Iterator[list[Diagnostic]]:
    """The list that `warn` fills inside; each warning once."""
    found: list[Diagnostic] = []
    token = _collected.set(found)
    try:
        yield found
    finally:
        _collected.reset(token)


def warn(message: str, place: Place | None = None, hint: str = "") -> None:
    """Something the user should know and that stops nothing."""
    found, warning = _collected.get(), Diagnostic("warning", message, place, hint)
    if found is not None and warning not in found:
        found.append(warning)
