"""`--verify-diagnostics`: diagnostics that a test file announces in comments, as mlir-opt understands them.

// expected-error @+1 {{expected a constant step}}
// expected-note-re @below {{see .* operation}}
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xpiler.diagnostics import Diagnostic

EXPECTATION = re.compile(
    r"expected-(?P<severity>error|warning|remark|note)(?P<regex>-re)? *"
    r"(?:@(?P<where>[+-]\d+|above|below|unknown))? *\{\{(?P<text>.*?)\}\}\s*$"
)


@dataclass(frozen=True)
class Expectation:
    """One announced diagnostic; `line` is 0 where its place is unknown."""

    severity: str
    line: int
    text: str
    regex: bool

    def matches(self, found: Diagnostic) -> bool:
        """Whether a diagnostic is the announced one."""
        line = found.place.line if found.place else 0
        if (found.severity, line) != (self.severity, self.line):
            return False
        return bool(re.search(self.text, found.message)) if self.regex else self.text in found.message


def expectations(text: str) -> list[Expectation]:
    """The announcements of a file, with the lines they mean."""
    return [
        Expectation(match["severity"], _line(match["where"], number, text), match["text"], bool(match["regex"]))
        for number, line in enumerate(text.splitlines(), 1)
        if "//" in line and (match := EXPECTATION.search(line))
    ]


def _line(where: str | None, number: int, text: str) -> int:
    if where == "unknown":
        return 0
    if where in ("above", "below"):
        step = 1 if where == "below" else -1
        lines = text.splitlines()
        while 0 <= number - 1 + step < len(lines) and EXPECTATION.search(lines[number - 1 + step]):
            number += step
        return number + step
    return number + int(where or "0")


def mismatches(text: str, found: list[Diagnostic]) -> list[str]:
    """What was announced and did not come, and what came unannounced; empty where the two agree.

    Notes need no announcement.
    """
    open_ = expectations(text)
    messages = []
    for diagnostic in found:
        match = next((expected for expected in open_ if expected.matches(diagnostic)), None)
        if match:
            open_.remove(match)
        elif diagnostic.severity != "note":
            messages.append(f"unexpected {diagnostic.severity}: {diagnostic}")
    return messages + [f'expected {e.severity} "{e.text}" on line {e.line} was not produced' for e in open_]
