"""The source's comments in an output: each above the first line that is written for what it is about.

One that speaks of how the source's platform runs it (threads, on-chip memory, registers) is kept as a word about the source, since the
output does it in another way. See xpiler/frontend/comments.py for the attribute.
"""

from __future__ import annotations

from pathlib import Path

from mlir import ir

from xpiler.lowering.c_text.location import place_of

ATTRIBUTE = "xpiler.comments"
OF_SOURCE = "source: "


class SourceComments:
    """The comments that a module carries into the text of a language."""

    def __init__(self, module: ir.Module, language: str):
        attributes = module.operation.attributes
        self._all = attributes[ATTRIBUTE] if ATTRIBUTE in attributes else None
        self._file = ir.StringAttr(attributes["xpiler.source"]).value if "xpiler.source" in attributes else ""
        self._is_own = self._all is not None and ir.StringAttr(self._all["platform"]).value == language
        self._about = list(self._all["about"]) if self._all is not None else []
        self._used: set[tuple[int, ir.Operation | None]] = set()

    def notice(self) -> str:
        """The notice of the source's authors, as comment lines; empty for none."""
        return "\n".join(_commented(_lines(self._all["notice"]))) if self._all is not None else ""

    def description(self) -> str:
        """What the source's file says of itself, likewise."""
        return "\n".join(self._text(self._all["description"])) if self._all is not None else ""

    def above(self, op: ir.Operation | None, function: ir.Operation | None = None) -> list[str]:
        """The comment lines above what is written for an operation, once in a function (given none: once in the file)."""
        line = self._line_of(op) if op is not None and self._about else 0
        head = self._line_of(function) if function is not None and line else 0
        lines = []
        for number, comment in enumerate(self._about):
            if _is_about(comment, line) and not _is_about(comment, head) and (number, function) not in self._used:
                self._used.add((number, function))
                lines += self._text(comment)
        return lines

    def _line_of(self, op: ir.Operation) -> int:
        """The line of the source's own file that an operation stands for, 0 for none."""
        place = place_of(op.location)
        return place.line if place is not None and Path(place.file).name == self._file else 0

    def _text(self, comment: ir.DictAttr) -> list[str]:
        first, *others = _lines(comment["lines"]) or [""]
        is_foreign = "of_machine" in comment and not self._is_own and not first.startswith(OF_SOURCE)
        return _commented([f"{OF_SOURCE if is_foreign else ''}{first}", *others]) if first or others else []


def _is_about(comment: ir.DictAttr, line: int) -> bool:
    return ir.IntegerAttr(comment["first"]).value <= line <= ir.IntegerAttr(comment["last"]).value


def _lines(lines: ir.ArrayAttr) -> list[str]:
    return [ir.StringAttr(line).value for line in lines]


def _commented(lines: list[str]) -> list[str]:
    return [f"// {line}".rstrip() for line in lines]
