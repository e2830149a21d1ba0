"""The comments of a source file, and what each is about, for the outputs that are made of it.

They go on the module as `xpiler.comments`: the notice of the file's authors, what the file says of itself, and of every other comment
the lines of the statement (or of the head of the function or loop) that it stands above or beside. Operations have their lines, so
that the text which is written for one finds its comments again. What directs a tool rather than a reader is left out, and so are the
headers that Xpiler itself writes: a verdict is one text's alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from clang.cindex import TokenKind, TranslationUnit
from mlir import ir

from xpiler.provenance import LAUNCHER_COMMENTS, states_provenance

NAME = "xpiler.comments"

_NOTICE = re.compile(r"copyright|\(c\)\s*\d{4}|©|licen[cs]e|SPDX-|all rights reserved", re.IGNORECASE)
_DIRECTIVE = re.compile(r"clang-format (on|off)|NOLINT|IWYU|cppcheck-|expected-\w+[@ {]|xpiler:")
_TEST = re.compile(r"RUN:")  # of lit's
_CHECK = re.compile(r"[A-Z]+(-[A-Z]+)*:")  # in such a test
_RULE = re.compile(r"[\W_]*")  # a line without a word
_DIRECTIVE_LINE, _PRAGMA_LINE = -1, -2  # instead of a statement; a pragma goes with the statement below it


@dataclass
class Comment:
    """Lines of text, and the first and last line of the source that they are about (counted from 1)."""

    lines: list[str]
    first: int = 0
    last: int = 0

    def attribute(self, machine: re.Pattern) -> ir.DictAttr:
        """As an attribute; `of_machine` where it has one of the words for how its platform runs a kernel."""
        line = ir.IntegerType.get_signless(32)
        extent = {"first": ir.IntegerAttr.get(line, self.first), "last": ir.IntegerAttr.get(line, self.last)}
        mark = {"of_machine": ir.UnitAttr.get()} if any(map(machine.search, self.lines)) else {}
        return ir.DictAttr.get({**extent, **mark, "lines": _strings(self.lines)})


@dataclass
class Comments:
    """What is kept of a file."""

    notice: list[str] = field(default_factory=list)
    description: Comment = field(default_factory=lambda: Comment([]))
    about: list[Comment] = field(default_factory=list)

    def attribute(self, platform: str, machine_words: tuple[str, ...]) -> ir.DictAttr:
        """As the attribute of a module that was read from a platform's text."""
        machine = re.compile(rf"\b({'|'.join(machine_words)})(e?s|wise)?\b" if machine_words else "(?!)", re.IGNORECASE)
        about = ir.ArrayAttr.get([each.attribute(machine) for each in self.about])
        parts = {"platform": ir.StringAttr.get(platform), "notice": _strings(self.notice)}
        return ir.DictAttr.get({**parts, "description": self.description.attribute(machine), "about": about})

    def __bool__(self) -> bool:
        return bool(self.notice or self.description.lines or self.about)


def _strings(lines: list[str]) -> ir.ArrayAttr:
    return ir.ArrayAttr.get([ir.StringAttr.get(line) for line in lines])


def comments_of(unit: TranslationUnit, text: str) -> Comments:
    """The comments of the file that a translation unit is of; `text` is the file's own, without what was appended for clang."""
    if "//" not in text and "/*" not in text:
        return Comments()
    lines = text.splitlines()
    words = list(_own_words(unit, len(lines)))
    code, blocks = _Code.of(words, lines), list(_blocks(words))
    is_test = any(_TEST.match(line) for block in blocks for line in block.lines)
    found = Comments()
    for block in blocks:
        block.lines = _readable(block.lines, is_test)
        if block.lines:
            _keep(found, block, code)
    return found


@dataclass(frozen=True)
class _Word:
    """A token, and where it is: asking clang again costs."""

    spelling: str
    is_comment: bool
    line: int
    column: int

    @property
    def last(self) -> int:
        """The line on which it ends."""
        return self.line + self.spelling.count("\n")


def _own_words(unit: TranslationUnit, lines: int) -> Iterator[_Word]:
    for token in unit.get_tokens(extent=unit.cursor.extent):
        place = token.location
        if place.line > lines:
            return
        yield _Word(token.spelling, token.kind == TokenKind.COMMENT, place.line, place.column)


@dataclass
class _Block:
    """Comments that follow each other without a line between them."""

    lines: list[str]
    first: int
    last: int
    column: int
    beside: int  # how many tokens of code stand before it, where the last of them is on its line; else -1


def _blocks(words: Iterable[_Word]) -> Iterator[_Block]:
    current, passed, code_line = None, 0, 0
    for word in words:
        if not word.is_comment:
            passed, code_line = passed + 1, word.last
            continue
        is_beside = word.line == code_line
        if current and not is_beside and word.line == current.last + 1 and (current.beside < 0 or word.column == current.column):
            current.lines += _lines(word.spelling)
            current.last = word.last
            continue
        if current:
            yield current
        current = _Block(_lines(word.spelling), word.line, word.last, word.column, passed if is_beside else -1)
    if current:
        yield current


def _lines(comment: str) -> list[str]:
    """The text of a comment without what makes it one."""
    if comment.startswith("//"):
        return [re.sub(r"^//+[!<]*\s?", "", comment).rstrip().rstrip("\\").rstrip()]
    inside = re.sub(r"^/\*+[!<]*\s?|\s*\*+/$", "", comment).splitlines()
    return [re.sub(r"^\s*\*?\s?", "", line).rstrip().rstrip("\\").rstrip() for line in inside]


def _readable(lines: list[str], is_test: bool) -> list[str]:
    """The lines for a reader: without rules around them, without directives to tools; none of a header of ours."""
    if lines and states_provenance(lines[0]):
        return []
    kept = [line for line in lines if line not in LAUNCHER_COMMENTS.values() and not _directs(line.lstrip(), is_test)]
    while kept and _RULE.fullmatch(kept[0]):
        del kept[0]
    while kept and _RULE.fullmatch(kept[-1]):
        del kept[-1]
    return kept


def _directs(line: str, is_test: bool) -> bool:
    return _DIRECTIVE.match(line) is not None or (is_test and _CHECK.match(line) is not None)


@dataclass
class _Code:
    """The tokens that are no comments, and the statement of each: its number, and the lines of all statements."""

    lines: list[int]  # on which each token begins
    statements: list[int]  # the statement of each token, or one of the two below
    in_parentheses: list[bool]
    extents: list[tuple[int, int]]  # first and last line of each statement
    closing: set[int]  # statements that are only a brace

    @staticmethod
    def of(words: Iterable[_Word], lines: Sequence[str]) -> _Code:
        code, depth, is_open = _Code([], [], [], [], set()), 0, False
        previous, directive, kind = 0, 0, _DIRECTIVE_LINE  # the line of the token before; the last line of a directive
        for word in words:
            line, spelling = word.line, word.spelling
            if word.is_comment:
                continue
            code.lines.append(line)
            if spelling == "#" and line > max(previous, directive):
                directive = _end_of_directive(lines, line)
                kind = _PRAGMA_LINE if lines[line - 1].split("#", 1)[1].lstrip().startswith("pragma") else _DIRECTIVE_LINE
            previous = word.last
            if line <= directive:
                code.statements.append(kind)
                code.in_parentheses.append(False)
                continue
            if not is_open:
                code.extents.append((line, line))
                if spelling == "}":
                    code.closing.add(len(code.extents) - 1)
            depth += (spelling in "([") - (spelling in ")]")
            is_open = depth > 0 or spelling not in ";{}"
            code.statements.append(len(code.extents) - 1)
            code.in_parentheses.append(depth > 0)
            code.extents[-1] = (code.extents[-1][0], word.last)
        return code

    def above(self, line: int) -> int | None:
        """The statement that begins next below a line; None where it is none, or a brace, or one that had begun before."""
        at = bisect_left(self.lines, line + 1)
        while at < len(self.lines) and self.statements[at] == _PRAGMA_LINE:
            at += 1
        number = self.statements[at] if at < len(self.lines) else _DIRECTIVE_LINE
        is_next = number >= 0 and self.extents[number][0] > line and number not in self.closing
        return number if is_next else None

    def beside(self, tokens: int) -> int | None:
        """The statement that the last of so many tokens is of; None where it is in parentheses."""
        number = self.statements[tokens - 1]
        return None if number < 0 or self.in_parentheses[tokens - 1] else number


def _end_of_directive(lines: Sequence[str], line: int) -> int:
    while lines[line - 1].endswith("\\") and line < len(lines):
        line += 1
    return line


def _keep(found: Comments, block: _Block, code: _Code) -> None:
    is_head = not code.lines or block.last < code.lines[0]
    if is_head and any(map(_NOTICE.search, block.lines)):
        found.notice += [*([""] if found.notice else []), *block.lines]
        return
    about = code.above(block.last) if block.beside < 0 else code.beside(block.beside)
    if is_head and (about is None or code.extents[about][0] > block.last + 1):
        found.description.lines += [*([""] if found.description.lines else []), *block.lines]
    elif about is not None:
        found.about.append(Comment(block.lines, *code.extents[about]))
