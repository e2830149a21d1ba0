"""A kernel's text with clang's tree over it: what the operators look for sites in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from clang.cindex import Cursor, CursorKind, Token

Range = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """Bytes `start` to `end` of a text replaced; `operator` names the idea."""

    operator: str
    start: int
    end: int
    text: str


class Program:
    """A text and the definitions in it; positions are byte offsets."""

    def __init__(self, path: Path, platform: str, root: str):
        """`root` is the function that is called: what it does not reach is left alone."""
        from xpiler.frontend import ReadOptions, language_of
        from xpiler.frontend.clang_session import Source, parse

        language = language_of(platform)
        self.platform, self.data, self._name = platform, path.read_bytes(), str(path)
        self._unit = parse(Source.of(path, language.suffix), language, ReadOptions(), device=True)
        self._parents: dict[int, Cursor] = {}
        self._nodes: dict[CursorKind, list[Cursor]] = {}
        for node in (node for function in self._reached(root) for node in self._walk(function)):
            start, end = self.range_of(node)
            if end > start and self._is_here(node):
                self._nodes.setdefault(node.kind, []).append(node)

    def _functions(self) -> list[Cursor]:
        kinds = (CursorKind.FUNCTION_DECL, CursorKind.VAR_DECL, CursorKind.FUNCTION_TEMPLATE)
        return [c for c in self._declarations(self._unit.cursor) if c.kind in kinds and self._is_here(c)]

    def _reached(self, root: str) -> list[Cursor]:
        """The functions that `root` calls or launches, itself included, and all variables of the file."""
        functions = {f.spelling: f for f in self._functions() if f.kind != CursorKind.VAR_DECL}
        found, waiting = set(), [root]
        while waiting:
            name = waiting.pop()
            if name in functions and name not in found:
                found.add(name)
                waiting += [n.spelling for n in functions[name].walk_preorder() if n.kind.is_reference() or n.kind.is_expression()]
        return [f for f in self._functions() if f.kind == CursorKind.VAR_DECL or f.spelling in found]

    def _declarations(self, cursor: Cursor) -> Iterator[Cursor]:
        for child in cursor.get_children():
            if child.kind == CursorKind.LINKAGE_SPEC or child.kind.name == "UNEXPOSED_DECL":
                yield from self._declarations(child)
            else:
                yield child

    def _walk(self, cursor: Cursor) -> Iterator[Cursor]:
        yield cursor
        for child in cursor.get_children():
            self._parents.setdefault(child.hash, cursor)
            yield from self._walk(child)

    def _is_here(self, cursor: Cursor) -> bool:
        file = cursor.extent.start.file
        return file is not None and file.name == self._name

    def nodes(self, *kinds: CursorKind) -> Iterator[Cursor]:
        """The nodes of these kinds whose text is the file's own."""
        for kind in kinds:
            yield from self._nodes.get(kind, ())

    def tokens(self) -> Iterator[Token]:
        """The tokens of the file."""
        for token in self._unit.get_tokens(extent=self._unit.cursor.extent):
            if token.extent.start.file is not None and token.extent.start.file.name == self._name:
                yield token

    def body_tokens(self) -> Iterator[Token]:
        """The tokens inside of functions' bodies."""
        bodies = [self.range_of(f) for f in self.nodes(CursorKind.COMPOUND_STMT)]
        for token in self.tokens():
            if any(start <= token.extent.start.offset < end for start, end in bodies):
                yield token

    def parent(self, node: Cursor) -> Cursor | None:
        """The node above."""
        return self._parents.get(node.hash)

    def above(self, node: Cursor) -> Iterator[Cursor]:
        """All nodes above, the nearest first."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def range_of(self, node: Cursor) -> Range:
        """Where a node's text lies; for what a macro expands to, the macro's name."""
        return node.extent.start.offset, node.extent.end.offset

    def text_of(self, node: Cursor) -> str:
        """A node's text."""
        start, end = self.range_of(node)
        return self.data[start:end].decode(errors="replace")

    def between(self, left: Cursor, right: Cursor) -> tuple[Range, str]:
        """The token between two operands, and where it is."""
        start, end = self.range_of(left)[1], self.range_of(right)[0]
        text = self.data[start:end].decode(errors="replace")
        first = start + len(text) - len(text.lstrip())
        return (first, first + len(text.strip())), text.strip()

    def statement_range(self, node: Cursor) -> Range:
        """A statement with its semicolon."""
        start, end = self.range_of(node)
        tail = self.data[end : end + 8].decode(errors="replace")
        return (start, end + tail.index(";") + 1) if tail.lstrip().startswith(";") else (start, end)

    def line_of(self, offset: int) -> int:
        """The line of a position, from 1."""
        return self.data.count(b"\n", 0, offset) + 1

    def applied(self, change: Change) -> bytes:
        """The text with a change made."""
        return self.data[: change.start] + change.text.encode() + self.data[change.end :]


def operands(node: Cursor) -> list[Cursor]:
    """The expressions directly below a node."""
    return [child for child in node.get_children() if child.kind.is_expression()]


def callee(node: Cursor) -> str:
    """The name that a call calls."""
    return node.spelling or ""
