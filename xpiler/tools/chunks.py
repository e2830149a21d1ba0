"""Input of the IR tools: a file or standard input, whole or cut at `// -----` lines."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from mlir import ir

from xpiler.diagnostics import Diagnostic, InvalidInput, Place
from xpiler.passes import place_of

MARKER = re.compile(r"^// -----.*$", re.MULTILINE)


def read_input(path: str) -> bytes:
    """The bytes of a file, or of standard input for "-"; raises InvalidInput for a path that cannot be read."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read the file: {error.strerror}", Place(path)) from None


def split(text: str) -> list[str]:
    """The parts between markers, each with as many empty lines before it as keep its line numbers."""
    marks = list(MARKER.finditer(text))
    starts = [0, *(mark.end() for mark in marks)]
    ends = [*(mark.start() for mark in marks), len(text)]
    return ["\n" * text.count("\n", 0, start) + text[start:end] for start, end in zip(starts, ends, strict=True)]


class Listener:
    """Collects the diagnostics that MLIR emits in a context while it is entered."""

    def __init__(self, context: ir.Context, file: str):
        self.found: list[Diagnostic] = []
        self.file = file
        self._context = context
        context.emit_error_diagnostics = True

    def __enter__(self) -> Listener:
        self._handler = self._context.attach_diagnostic_handler(self._take)
        return self

    def __exit__(self, *_: object) -> None:
        self._handler.detach()

    def _take(self, diagnostic: ir.Diagnostic) -> bool:
        self.found.append(self._converted(diagnostic))
        self.found += [self._converted(note) for note in diagnostic.notes]
        return True

    def _converted(self, diagnostic: ir.Diagnostic) -> Diagnostic:
        place = place_of(diagnostic)
        if place and place.file == "-":
            place = Place(self.file, place.line, place.column)
        return Diagnostic(diagnostic.severity.name.lower(), diagnostic.message, place)


def parse(data: bytes | str, path: str, context: ir.Context) -> ir.Module | None:
    """The module a chunk holds, text or bytecode; None where it does not parse (the listener has heard why)."""
    try:
        if isinstance(data, bytes) and path != "-":
            return ir.Module.parseFile(path, context)
        return ir.Module.parse(data, context)
    except ir.MLIRError:
        return None
